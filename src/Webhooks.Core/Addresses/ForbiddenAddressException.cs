using System.Net;

namespace Webhooks.Addresses;

/// <summary>A request would go where the rules forbid; nothing was sent.</summary>
/// <param name="refusal">Why.</param>
/// <param name="address">The forbidden address, where a name led to it.</param>
internal sealed class ForbiddenAddressException(AddressRefusal refusal, IPAddress? address = null)
    : WebhookException($"Nothing was sent: {refusal.Reason}.")
{
    public AddressRefusal Refusal { get; } = refusal;

    /// <summary>
    /// Not part of the message, which the owner of the endpoint may see: it would tell strangers the addresses behind the
    /// names of a private network.
    /// </summary>
    public IPAddress? Address { get; } = address;
}
