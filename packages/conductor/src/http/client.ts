export interface HttpClient {
  x: 1;
}
