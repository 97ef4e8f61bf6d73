import { RemovalPolicy } from 'aws-cdk-lib';
import {
  CachePolicy,
  Distribution,
  HttpVersion,
  PriceClass,
  ResponseHeadersPolicy,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from '../../constructs/acknowledge';

/** The status page: two files in a bucket that only CloudFront reads. Both are created again each minute. */
export class StatusPage extends Construct {
  readonly bucket: Bucket;
  readonly url: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      // Nothing in it that the next minute does not bring again; a bucket with files is not deleted, though.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    acknowledge(this.bucket, { 'AwsSolutions-S1': 'it holds two public files, read through CloudFront alone' });
    const distribution = new Distribution(this, 'Distribution', {
      comment: 'Status page',
      defaultRootObject: 'index.html',
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: PriceClass.PRICE_CLASS_100,
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(this.bucket as IBucket),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        // As the files say: fifteen seconds.
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        responseHeadersPolicy: ResponseHeadersPolicy.SECURITY_HEADERS,
      },
    });
    acknowledge(distribution, {
      'AwsSolutions-CFR1': 'a status page is for readers everywhere',
      'AwsSolutions-CFR2': 'two static files without a server behind them: there is nothing to shield',
      'AwsSolutions-CFR3': 'the readers of a public page are not recorded',
      'AwsSolutions-CFR4': 'CloudFront’s own certificate allows no other minimum; a domain of your own sets it',
    });
    this.url = `https://${distribution.distributionDomainName}/`;
  }
}
