using Microsoft.AspNetCore.Http;

namespace Webhooks.AspNetCore.Receiving;

/// <summary>How an endpoint receives webhooks.</summary>
public sealed class WebhookReceiverOptions
{
    /// <summary>The default of <see cref="MaxBodyBytes"/>: 1 MiB.</summary>
    public const int DefaultMaxBodyBytes = 1024 * 1024;

    /// <summary>
    /// The largest body that is read, in bytes, 1 or more; larger ones are answered 413. The server's own limit, 30 MB for Kestrel,
    /// stays. Default: 1 MiB.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int MaxBodyBytes
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = DefaultMaxBodyBytes;

    /// <summary>
    /// Finds the message's id in a request that was verified, from its headers or its body: the same on every attempt, at most 255
    /// characters; null for a message that is not checked for duplicates. Where it is in no signed place, as GitHub's and Shopify's
    /// headers are not, it knows the sender's own retries again, but no replay. Default: the id of the verifier, from
    /// <see cref="Signing.SigningScheme.IdHeader"/>.
    /// </summary>
    public Func<HttpRequest, ReadOnlyMemory<byte>, string?>? MessageId { get; set; }
}
