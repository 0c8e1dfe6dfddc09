namespace Webhooks.AspNetCore.Receiving;

/// <summary>Whether a message was received before.</summary>
public enum WebhookReceipt
{
    /// <summary>It was not, or is to be handled again: it is being handled from now on.</summary>
    New = 0,

    /// <summary>Another request with it is being handled at the moment.</summary>
    Processing = 1,

    /// <summary>It was handled with success.</summary>
    Processed = 2,
}
