namespace Webhooks.Operations;

/// <summary>Who or what disabled an endpoint.</summary>
public enum DisableCause
{
    /// <summary>Somebody called <see cref="Endpoints.IWebhookEndpoints.DisableAsync"/>.</summary>
    Person = 0,

    /// <summary>Its receiver answered 410 Gone (RFC 9110, section 15.5.11).</summary>
    Gone = 1,

    /// <summary>Every attempt has failed for <see cref="WebhooksOptions.DisableAfter"/>.</summary>
    Failing = 2,
}
