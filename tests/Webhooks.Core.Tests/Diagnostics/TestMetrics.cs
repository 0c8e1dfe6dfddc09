using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Diagnostics;

namespace Webhooks.Core.Tests.Diagnostics;

/// <summary>Metrics that nobody listens to.</summary>
internal static class TestMetrics
{
    public static WebhooksMetrics Create() =>
        new(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());
}
