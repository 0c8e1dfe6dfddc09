namespace Webhooks.Signing;

/// <summary>The header names of the Standard Webhooks specification, section "Webhook headers".</summary>
public static class StandardWebhooksHeaders
{
    /// <summary>The message's id, the same on every attempt: receivers deduplicate by it.</summary>
    public const string Id = "webhook-id";

    /// <summary>The attempt's time, in Unix seconds.</summary>
    public const string Timestamp = "webhook-timestamp";

    /// <summary>The signatures, separated by spaces: <c>v1,…</c></summary>
    public const string Signature = "webhook-signature";
}
