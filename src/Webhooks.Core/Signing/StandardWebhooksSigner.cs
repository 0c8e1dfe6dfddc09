using System.Globalization;
using System.Net.Http.Headers;
using Webhooks.Http;

namespace Webhooks.Signing;

/// <summary>Signs by the Standard Webhooks specification, scheme <c>v1</c>, with one signature for each live secret.</summary>
internal sealed class StandardWebhooksSigner : IWebhookSigner
{
    public IReadOnlyList<string> HeaderNames { get; } =
        [StandardWebhooksHeaders.Id, StandardWebhooksHeaders.Timestamp, StandardWebhooksHeaders.Signature];

    public void Sign(SigningContext attempt, HttpHeaders headers)
    {
        var timestamp = attempt.Timestamp.ToUnixTimeSeconds();
        HeaderFields.Write(headers, StandardWebhooksHeaders.Id, attempt.MessageId);
        headers.TryAddWithoutValidation(StandardWebhooksHeaders.Timestamp, timestamp.ToString(CultureInfo.InvariantCulture));
        headers.TryAddWithoutValidation(StandardWebhooksHeaders.Signature, Signatures(attempt, timestamp));
    }

    private static string Signatures(SigningContext attempt, long timestamp)
    {
        const int Stride = StandardWebhooksSignature.Length + 1;
        var length = (attempt.Secrets.Length * Stride) - 1;
        Span<char> signatures = length <= 512 ? stackalloc char[length] : new char[length];
        for (var i = 0; i < attempt.Secrets.Length; i++)
        {
            if (i > 0)
            {
                signatures[(i * Stride) - 1] = ' ';
            }

            StandardWebhooksSignature.Write(
                attempt.Secrets[i], attempt.MessageId, timestamp, attempt.Payload, signatures[(i * Stride)..]);
        }

        return new string(signatures);
    }
}
