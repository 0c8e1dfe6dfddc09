namespace Webhooks.Signing;

/// <summary>
/// How a request is signed: which bytes, with which hash, and in which headers it is said. The schemes in use in the field are
/// here; most others are one of them with another header name:
/// <c>SigningScheme.GitHub with { SignatureHeader = "X-Webhook-Signature-256" }</c>.
/// </summary>
/// <remarks>
/// Without anything set but the header, the header holds the HMAC-SHA256 of the body in hexadecimal digits, with the text of the
/// secret as the key.
/// </remarks>
public sealed record SigningScheme
{
    /// <summary>
    /// Standard Webhooks, symmetric (specification 1.0, section "Signature scheme"), called <c>v1</c>. Id, time and body are
    /// signed; every live secret has its signature.
    /// </summary>
    public static SigningScheme StandardWebhooks => new()
    {
        IdHeader = StandardWebhooksHeaders.Id,
        TimestampHeader = StandardWebhooksHeaders.Timestamp,
        SignatureHeader = StandardWebhooksHeaders.Signature,
        SignedContent = "{id}.{timestamp}.{body}",
        SignaturePrefix = "v1,",
        Separator = ' ',
        Encoding = SignatureEncoding.Base64,
        Key = SignatureKeyForm.Decoded,
    };

    /// <summary>Svix: Standard Webhooks under the header names that it had before there was a standard.</summary>
    public static SigningScheme Svix => StandardWebhooks with
    {
        IdHeader = "svix-id",
        TimestampHeader = "svix-timestamp",
        SignatureHeader = "svix-signature",
    };

    /// <summary>As Stripe signs: <c>Stripe-Signature: t={time},v1={signature}</c>, once more <c>v1=</c> for each live secret.</summary>
    public static SigningScheme Stripe => new()
    {
        SignatureHeader = "Stripe-Signature",
        SignedContent = "{timestamp}.{body}",
        TimestampPrefix = "t=",
        SignaturePrefix = "v1=",
        Separator = ',',
    };

    /// <summary>
    /// As GitHub signs: <c>X-Hub-Signature-256: sha256={signature}</c> over the body alone, with the newest secret. Neither time nor
    /// id is signed, so that receivers cannot tell a replay.
    /// </summary>
    public static SigningScheme GitHub => new() { SignatureHeader = "X-Hub-Signature-256", SignaturePrefix = "sha256=" };

    /// <summary>
    /// As Slack signs: <c>X-Slack-Signature: v0={signature}</c> and <c>X-Slack-Request-Timestamp</c>, with the newest secret.
    /// </summary>
    public static SigningScheme Slack => new()
    {
        TimestampHeader = "X-Slack-Request-Timestamp",
        SignatureHeader = "X-Slack-Signature",
        SignedContent = "v0:{timestamp}:{body}",
        SignaturePrefix = "v0=",
    };

    /// <summary>
    /// As Shopify signs: <c>X-Shopify-Hmac-Sha256</c> with the signature of the body in base64, with the newest secret. Neither time
    /// nor id is signed, so that receivers cannot tell a replay.
    /// </summary>
    public static SigningScheme Shopify => new()
    {
        SignatureHeader = "X-Shopify-Hmac-Sha256",
        Encoding = SignatureEncoding.Base64,
    };

    /// <summary>The header with the signatures: a token (RFC 9110, section 5.6.2). Required.</summary>
    public string SignatureHeader { get; set; } = "";

    /// <summary>
    /// The header with the message's id, the same on every attempt; null for none. Receivers need one to know duplicates, unless the
    /// body tells them apart. It is signed only where <see cref="SignedContent"/> has <c>{id}</c>. Default: none.
    /// </summary>
    public string? IdHeader { get; set; }

    /// <summary>
    /// The header with the attempt's time in Unix seconds; null for none. It is signed only where <see cref="SignedContent"/> has
    /// <c>{timestamp}</c>. Default: none.
    /// </summary>
    public string? TimestampHeader { get; set; }

    /// <summary>
    /// What is signed: text around <c>{id}</c> and <c>{timestamp}</c>, each at most once, and <c>{body}</c> at the end. What is
    /// signed is also sent: an id needs <see cref="IdHeader"/>, a time <see cref="TimestampHeader"/> or
    /// <see cref="TimestampPrefix"/>. At most 64 characters of ASCII. Default: <c>{body}</c>.
    /// </summary>
    public string SignedContent { get; set; } = "{body}";

    /// <summary>
    /// What stands before the attempt's time in Unix seconds, where the signature's header starts with it, such as <c>t=</c>; null
    /// where it does not. It needs a <see cref="Separator"/>, which it does not hold, and a <see cref="SignaturePrefix"/>, of which
    /// neither begins with the other. 1 to 16 visible ASCII characters. Default: none.
    /// </summary>
    public string? TimestampPrefix { get; set; }

    /// <summary>
    /// What stands before each signature, such as <c>v1,</c>: at most 16 visible ASCII characters, without the
    /// <see cref="Separator"/>. Default: nothing.
    /// </summary>
    public string SignaturePrefix { get; set; } = "";

    /// <summary>
    /// What stands between the signatures of several secrets: a space, a comma or a semicolon. Null for a header that holds one
    /// signature: the newest secret's. Default: null.
    /// </summary>
    public char? Separator { get; set; }

    /// <summary>The hash under the HMAC (RFC 2104). Default: SHA-256.</summary>
    public SignatureHash Hash { get; set; } = SignatureHash.Sha256;

    /// <summary>How a signature is written. Default: hexadecimal digits.</summary>
    public SignatureEncoding Encoding { get; set; } = SignatureEncoding.Hex;

    /// <summary>What of a secret is the key. Default: its text.</summary>
    public SignatureKeyForm Key { get; set; } = SignatureKeyForm.Text;
}
