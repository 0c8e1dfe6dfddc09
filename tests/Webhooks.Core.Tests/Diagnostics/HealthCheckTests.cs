using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Webhooks.Core.Tests.Engine;
using Webhooks.Diagnostics;
using Webhooks.Dispatching;
using Webhooks.Storage;

namespace Webhooks.Core.Tests.Diagnostics;

public sealed class HealthCheckTests
{
    [Fact]
    public async Task It_is_degraded_once_a_delivery_has_been_due_for_too_long()
    {
        await using var host = await StartAsync(options =>
        {
            options.Dispatcher.Enabled = false;
            options.Diagnostics.MaxDueAge = TimeSpan.FromMinutes(2);
        });
        (await CheckAsync(host)).Should().Be((HealthStatus.Healthy, null));
        await host.AddEndpointAsync();
        await host.PublishAsync();

        host.Clock.Advance(TimeSpan.FromMinutes(2));
        (await CheckAsync(host)).Status.Should().Be(HealthStatus.Healthy);

        host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        (await CheckAsync(host)).Should().Be((
            HealthStatus.Degraded,
            "A delivery has been due for 00:02:00.0010000, longer than 00:02:00: dispatchers do not keep up, or none runs."));
    }

    [Fact]
    public async Task What_waits_for_a_retry_or_a_paused_endpoint_is_no_trouble_of_the_host()
    {
        await using var host = await StartAsync(options => options.Retry.Delays = [TimeSpan.FromDays(1)]);
        host.Receiver.AnswerWith(HttpStatusCode.InternalServerError);
        await host.AddEndpointAsync();
        await host.PublishAsync();
        await host.DeliveryAsync(delivery => delivery is { AttemptCount: 1, Status: DeliveryStatus.Pending });

        host.Clock.Advance(TimeSpan.FromHours(12));

        (await CheckAsync(host)).Status.Should().Be(HealthStatus.Healthy);
    }

    [Fact]
    public async Task It_is_unhealthy_while_the_store_is_away()
    {
        await using var host = await StartAsync(_ => { });

        var back = host.Store.Fail(nameof(IDeliveryStore.FindOldestDueAsync));
        (await CheckAsync(host)).Should().Be((HealthStatus.Unhealthy, "The store does not answer."));

        back();
        (await CheckAsync(host)).Status.Should().Be(HealthStatus.Healthy);
    }

    private static Task<TestHost> StartAsync(Action<WebhooksOptions> options) => TestHost.StartAsync(
        webhooks => webhooks.Configure(options),
        services: services => services.AddHealthChecks().AddCheck<WebhooksHealthCheck>("webhooks"));

    private static async Task<(HealthStatus Status, string? Description)> CheckAsync(TestHost host)
    {
        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        var entry = report.Entries["webhooks"];
        return (entry.Status, entry.Description);
    }
}
