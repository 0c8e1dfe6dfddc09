using System.Text;
using Webhooks.Signing;

namespace Webhooks.Core.Tests.Signing;

/// <summary>A request as a receiver gets it: signed by the library, then changed by a test.</summary>
internal sealed class SignedRequest
{
    private readonly Dictionary<string, string[]> _headers;

    private SignedRequest(Dictionary<string, string[]> headers, byte[] body)
    {
        _headers = headers;
        Body = body;
    }

    public byte[] Body { get; set; }

    public string Id => _headers[StandardWebhooksHeaders.Id].Single();

    public string Timestamp => _headers[StandardWebhooksHeaders.Timestamp].Single();

    public string Signature => _headers[StandardWebhooksHeaders.Signature].Single();

    public static SignedRequest Create(
        string id, DateTimeOffset timestamp, string body, params WebhookSecret[] secrets) =>
        Create(id, timestamp, Encoding.UTF8.GetBytes(body), secrets);

    public static SignedRequest Create(string id, DateTimeOffset timestamp, byte[] body, params WebhookSecret[] secrets) =>
        Create(SigningScheme.StandardWebhooks, id, timestamp, body, secrets);

    public static SignedRequest Create(
        SigningScheme scheme, string id, DateTimeOffset timestamp, byte[] body, params WebhookSecret[] secrets)
    {
        using var request = new HttpRequestMessage();
        new SchemeSigner("scheme", scheme).Sign(new SigningContext(id, timestamp, body, secrets), request.Headers);
        return new(
            request.Headers.NonValidated.ToDictionary(
                header => header.Key, header => header.Value.ToArray(), StringComparer.OrdinalIgnoreCase),
            body);
    }

    /// <summary>The one value of a header.</summary>
    public string Header(string name) => _headers[name].Single();

    /// <summary>Replaces a header's values; none: the header is missing.</summary>
    public SignedRequest With(string header, params string[] values)
    {
        _headers[header] = values;
        return this;
    }

    public WebhookVerificationFailure VerifyWith(WebhookVerifier verifier) => ResultOf(verifier).Failure;

    public WebhookVerification ResultOf(WebhookVerifier verifier) => verifier.Verify(name => _headers.GetValueOrDefault(name, []), Body);
}
