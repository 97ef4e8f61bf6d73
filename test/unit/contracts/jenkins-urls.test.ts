import { jenkinsUrlsOf, parseJenkinsUrls } from '../../../functions/fleet/contracts/jenkins-urls';

const use = (credentialsSecret: string, url: string) => ({ jenkins: { credentialsSecret, url } });

test('a secret may be used for the Jenkins of each group that names it, and for no other', () => {
  const urls = jenkinsUrlsOf([
    use('shared', 'https://one.example.com'),
    use('own', 'https://two.example.com'),
    use('shared', 'https://two.example.com/ci'),
    use('shared', 'https://one.example.com'),
    {},
  ]);
  expect(urls).toEqual({
    shared: ['https://one.example.com', 'https://two.example.com/ci'],
    own: ['https://two.example.com'],
  });
  expect(parseJenkinsUrls(JSON.stringify(urls))).toEqual(urls);
});
