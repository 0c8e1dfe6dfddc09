namespace Webhooks.Publishing;

/// <summary>What a text in an envelope says.</summary>
internal enum EnvelopeText
{
    MessageId,
    TenantId,
    EventType,
    EventId,
    Version,
    Timestamp,
}
