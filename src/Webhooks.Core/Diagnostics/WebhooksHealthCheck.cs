using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Webhooks.Storage;

namespace Webhooks.Diagnostics;

/// <summary>
/// Tells whether webhooks go out: unhealthy when the store does not answer, degraded when a delivery has been due for longer than
/// <see cref="DiagnosticsOptions.MaxDueAge"/>, which says that dispatchers do not keep up, or that none runs. A host adds it with
/// <c>services.AddHealthChecks().AddCheck&lt;WebhooksHealthCheck&gt;("webhooks")</c>.
/// </summary>
/// <remarks>One cheap query each time. Deliveries that wait for a retry, or for an endpoint that is paused or disabled, are not due.</remarks>
public sealed class WebhooksHealthCheck : IHealthCheck
{
    private readonly IDeliveryStore _store;
    private readonly IOptions<WebhooksOptions> _options;
    private readonly TimeProvider _timeProvider;

    /// <summary>Made by the host's services.</summary>
    /// <param name="store">The store that is asked.</param>
    /// <param name="options">The settings.</param>
    /// <param name="timeProvider">The clock.</param>
    public WebhooksHealthCheck(IDeliveryStore store, IOptions<WebhooksOptions> options, TimeProvider timeProvider)
    {
        _store = store;
        _options = options;
        _timeProvider = timeProvider;
    }

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        var now = _timeProvider.GetNow();
        TimeSpan age;
        try
        {
            age = OldestDue.Age(await _store.FindOldestDueAsync(now, cancellationToken).ConfigureAwait(false), now);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, "The store does not answer.", exception);
        }

        var data = new Dictionary<string, object>(StringComparer.Ordinal) { ["oldestDueAge"] = age };
        var limit = _options.Value.Diagnostics.MaxDueAge;
        return age <= limit
            ? HealthCheckResult.Healthy(data: data)
            : HealthCheckResult.Degraded(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"A delivery has been due for {age:c}, longer than {limit:c}: dispatchers do not keep up, or none runs."),
                data: data);
    }
}
