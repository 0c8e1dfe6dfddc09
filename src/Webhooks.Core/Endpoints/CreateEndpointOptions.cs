using Webhooks.Signing;

namespace Webhooks.Endpoints;

/// <summary>What a host may decide when it creates an endpoint.</summary>
public sealed record CreateEndpointOptions
{
    /// <summary>Whose endpoint it is: 1 to 255 characters, none of them a control character. Default: <see cref="WebhooksDefaults.TenantId"/>.</summary>
    public string TenantId { get; init; } = WebhooksDefaults.TenantId;

    /// <summary>Its id, 1 to 255 of <c>A-Z a-z 0-9 _ -</c>. Default: a new <c>ep_</c> id.</summary>
    public string? EndpointId { get; init; }

    /// <summary>Its first secret. Default: a new one.</summary>
    public WebhookSecret? Secret { get; init; }

    /// <summary>How its requests prove who sends them, beside their signature. Default: by nothing else.</summary>
    public EndpointCredentials? Credentials { get; init; }
}
