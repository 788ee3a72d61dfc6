/** In place of Grafana's assistant, which needs a whole Grafana around it: one button of a header that is not shown. */
export const OpenAssistantButton = () => null;
