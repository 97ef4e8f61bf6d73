/** Where the status page is published. */
export interface PageStore {
  put(file: 'index.html' | 'status.json', content: string): Promise<void>;
}
