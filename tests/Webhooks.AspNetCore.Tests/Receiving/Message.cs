using System.Text;
using Webhooks.Signing;

namespace Webhooks.AspNetCore.Tests.Receiving;

/// <summary>A request as the library sends it, which a test then changes.</summary>
internal sealed class Message
{
    public static readonly DateTimeOffset SentAt = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    public static readonly WebhookSecret Secret = WebhookSecret.Generate();

    private readonly Dictionary<string, string?> _changedHeaders = new(StringComparer.OrdinalIgnoreCase);

    public string Id { get; init; } = "msg_1";

    public string Body { get; init; } = """{"type":"order.paid","timestamp":"2026-01-02T03:04:05.678Z","data":{"orderId":"o-1","total":12.50}}""";

    public SigningScheme Scheme { get; init; } = SigningScheme.StandardWebhooks;

    public WebhookSecret[] Secrets { get; init; } = [Secret];

    public DateTimeOffset Time { get; init; } = SentAt;

    /// <summary>What is sent where it is not what was signed.</summary>
    public string? SentBody { get; init; }

    /// <summary>Sends a body without saying how long it is.</summary>
    public bool IsChunked { get; init; }

    /// <summary>Replaces a header after signing, or leaves it out.</summary>
    public Message With(string header, string? value)
    {
        _changedHeaders[header] = value;
        return this;
    }

    public HttpRequestMessage ToRequest(string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(SentBody ?? Body)),
        };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.TransferEncodingChunked = IsChunked;
        new SchemeSigner("scheme", Scheme).Sign(new SigningContext(Id, Time, Encoding.UTF8.GetBytes(Body), Secrets), request.Headers);
        foreach (var (header, value) in _changedHeaders)
        {
            request.Headers.Remove(header);
            if (value is not null)
            {
                request.Headers.TryAddWithoutValidation(header, value);
            }
        }

        return request;
    }
}
