import { expect, test } from '@playwright/test';

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`the reference of the API in the ${colorScheme} theme`, () => {
    test.use({ colorScheme });

    test('shows every operation and calls one, with nothing from elsewhere', async ({ page, baseURL }) => {
      const faults: string[] = [];
      const outside: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error') faults.push(message.text());
      });
      page.on('pageerror', (error) => faults.push(error.message));
      page.on('request', (request) => {
        const url = request.url();
        if (!url.startsWith(String(baseURL)) && !url.startsWith('data:')) outside.push(url);
      });
      await page.goto('/docs');
      const described = await page.request.get('/api/openapi.json');
      const count = (await described.text()).split('"operationId":').length - 1;
      await expect(page.locator('.opblock')).toHaveCount(count);
      await expect(page.locator('html')).toHaveClass(colorScheme === 'dark' ? /dark-mode/ : /^(?!.*dark-mode)/);

      const operation = page.locator('#operations-operation-getHealth');
      await operation.click();
      await operation.getByRole('button', { name: 'Try it out' }).click();
      await operation.getByRole('button', { name: 'Execute', exact: true }).click();
      await expect(operation.locator('.live-responses-table')).toContainText('"status": "ok"');
      expect({ faults, outside }).toEqual({ faults: [], outside: [] });
    });
  });
}
