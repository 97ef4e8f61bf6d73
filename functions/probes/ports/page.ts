/** Where the status page is read. */
export interface PageStore {
  put(file: 'index.html' | 'status.json', content: string): Promise<void>;
}
