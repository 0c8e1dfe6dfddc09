namespace Webhooks;

/// <summary>Names that host and library agree on.</summary>
public static class WebhooksDefaults
{
    /// <summary>The tenant of hosts that have no tenants.</summary>
    public const string TenantId = "default";

    /// <summary>
    /// The tenant of operational events: its endpoints, created as any others, get what happens to the endpoints and deliveries of all
    /// tenants. Hosts have no tenant of this name and publish nothing to it.
    /// </summary>
    public const string OperationalTenantId = "$operational";

    /// <summary>The name of the <see cref="HttpClient"/> that sends attempts, for <see cref="IHttpClientFactory"/>.</summary>
    public const string HttpClientName = "Webhooks";

    /// <summary>
    /// The name of the <see cref="System.Diagnostics.Metrics.Meter"/> and of the <see cref="System.Diagnostics.ActivitySource"/>, for
    /// OpenTelemetry's <c>AddMeter</c> and <c>AddSource</c>.
    /// </summary>
    public const string TelemetryName = "Webhooks.Core";
}
