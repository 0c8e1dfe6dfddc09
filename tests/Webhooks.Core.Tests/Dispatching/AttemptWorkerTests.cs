using System.Collections.Concurrent;
using System.Globalization;
using Webhooks.Dispatching;
using Webhooks.Storage;

namespace Webhooks.Core.Tests.Dispatching;

/// <summary>One worker makes one attempt after the other.</summary>
public sealed class AttemptWorkerTests
{
    private static readonly AsyncLocal<string?> Ambient = new();

    private static readonly Lane Lane = new(new EndpointKey("acme", "endpoint-1"));

    private readonly BlockingCollection<(string DeliveryId, string? Ambient)> _taken = [];
    private int _runs;

    [Fact]
    public void A_worker_is_handed_one_delivery_after_the_other_and_runs_once()
    {
        var worker = new AttemptWorker(RunAsync);

        for (var number = 1; number <= 100; number++)
        {
            worker.Hand(Lane, LaneSchedulerTests.Delivery(lane: 0, number));
            _taken.Take().DeliveryId.Should().Be(number.ToString(CultureInfo.InvariantCulture));
        }

        _runs.Should().Be(1);
    }

    [Fact]
    public void A_worker_runs_outside_of_the_context_of_whoever_hands_it_a_delivery()
    {
        var worker = new AttemptWorker(RunAsync);
        Ambient.Value = "a publisher's";

        worker.Hand(Lane, LaneSchedulerTests.Delivery(lane: 0, number: 1));
        _taken.Take().Ambient.Should().BeNull();
        worker.Hand(Lane, LaneSchedulerTests.Delivery(lane: 0, number: 2));
        _taken.Take().Ambient.Should().BeNull();
    }

    private async Task RunAsync(AttemptWorker worker)
    {
        Interlocked.Increment(ref _runs);
        while (true)
        {
            await worker.RestAsync();
            var (_, delivery) = worker.Take();
            _taken.Add((delivery.Id, Ambient.Value));
        }
    }
}
