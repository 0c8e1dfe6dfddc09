using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Signing;

namespace Webhooks.LoadTest.Sending;

/// <summary>Counts attempts: each is signed once.</summary>
internal sealed class CountingSigner : IWebhookSigner
{
    /// <summary>The signer that hosts have without choosing one.</summary>
    public static readonly IWebhookSigner Default =
        new ServiceCollection().AddWebhooks().Services.BuildServiceProvider().GetRequiredService<IWebhookSigner>();

    private long _count;

    public long Count => Interlocked.Read(ref _count);

    public IReadOnlyList<string> HeaderNames => Default.HeaderNames;

    public void Sign(SigningContext attempt, HttpHeaders headers)
    {
        Interlocked.Increment(ref _count);
        Default.Sign(attempt, headers);
    }
}
