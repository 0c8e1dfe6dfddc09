using System.Net.Http.Headers;
using Webhooks.Signing;

namespace Webhooks.LoadTest.Sending;

/// <summary>Counts attempts: each is signed once.</summary>
internal sealed class CountingSigner : IWebhookSigner
{
    /// <summary>The signer that hosts have without choosing one.</summary>
    public static readonly IWebhookSigner Default =
        new SchemeSigner(SigningSchemeNames.StandardWebhooks, SigningScheme.StandardWebhooks);

    private long _count;

    public long Count => Interlocked.Read(ref _count);

    public string Name => Default.Name;

    public IReadOnlyList<string> HeaderNames => Default.HeaderNames;

    public WebhookSecret GenerateSecret() => Default.GenerateSecret();

    public bool CanSignWith(WebhookSecret secret) => Default.CanSignWith(secret);

    public void Sign(SigningContext attempt, HttpHeaders headers)
    {
        Interlocked.Increment(ref _count);
        Default.Sign(attempt, headers);
    }
}
