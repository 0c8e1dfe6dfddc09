using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.Core.Tests.Scheduling;

public sealed class WindowProperties
{
    private const int MaxTests = 20;
    private const int Rounds = 30;

    /// <summary>Some minutes, or none.</summary>
    private static Gen<int?> Minutes { get; } =
        Gen.Frequency((1, Gen.Constant((int?)null)), (2, Gen.Choose(1, 90).Select(static minutes => (int?)minutes)));

    private static Gen<Case> Cases { get; } =
        from windows in Gen.ArrayOf(from deliverAt in Minutes from expiry in Minutes select new Window(deliverAt, deliverAt + expiry ?? expiry), 6)
        from delays in Gen.ArrayOf(Gen.Choose(0, 40), 3)
        from jitter in Gen.Choose(0, 9)
        from failures in Gen.Choose(0, 3)
        from steps in Gen.ArrayOf(Gen.Choose(0, 30), 6)
        select new Case(windows, delays, jitter / 10.0, failures, steps);

    [Fact]
    public Task No_attempt_begins_outside_of_the_window_of_its_message_whatever_is_retried_or_paused()
    {
        var property = Prop.ForAll(Cases.ToArbitrary(), CheckAsync);
        return Task.Run(() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(MaxTests), property));
    }

    private static async Task CheckAsync(Case example)
    {
        await using var host = await TestHost.WithAsync(options =>
        {
            options.Retry.Delays = [.. example.Delays.Select(static minutes => TimeSpan.FromMinutes(minutes))];
            options.Retry.Jitter = example.Jitter;
            options.Dispatcher.LeaseDuration = TimeSpan.FromMinutes(12);
        });
        host.Receiver.AnswerEach(number => new HttpResponseMessage(
            number % 4 < example.Failures ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK));
        var endpoint = await host.AddEndpointAsync();
        foreach (var window in example.Windows)
        {
            await host.PublishAsync(new PublishOptions { DeliverAt = At(window.DeliverAt), ExpiresAt = At(window.ExpiresAt) });
        }

        foreach (var minutes in example.Steps)
        {
            await host.Endpoints.DisableAsync(endpoint);
            host.Clock.Advance(TimeSpan.FromMinutes(minutes / 2));
            await host.Endpoints.EnableAsync(endpoint);
            host.Clock.Advance(TimeSpan.FromMinutes(minutes));
        }

        for (var rounds = 0; rounds < Rounds; rounds++)
        {
            // Less than a lease: what is under way comes to its end.
            host.Clock.Advance(TimeSpan.FromMinutes(5));
            var now = host.Clock.GetUtcNow();
            await host.WhenDeliveriesAsync(deliveries => deliveries.All(delivery =>
                delivery.Status != DeliveryStatus.Pending || delivery.NextAttemptAt > now || delivery.IsHeld));
        }

        foreach (var delivery in await host.DeliveriesAsync())
        {
            var message = (await host.Log.GetMessageAsync(delivery.MessageId))!;
            var attempts = await host.Log.ListAttemptsAsync(new AttemptQuery { DeliveryId = delivery.Id });
            attempts.Items.Should().NotContain(attempt => attempt.StartedAt < message.DeliverAt || attempt.StartedAt >= message.ExpiresAt);
            (delivery.CancelReason is not null).Should().Be(delivery.Status == DeliveryStatus.Canceled);
        }
    }

    private static DateTimeOffset? At(int? minutes) => minutes is { } number ? TestHost.Noon.AddMinutes(number) : null;

    private sealed record Window(int? DeliverAt, int? ExpiresAt);

    private sealed record Case(Window[] Windows, int[] Delays, double Jitter, int Failures, int[] Steps)
    {
        public override string ToString() =>
            $"{string.Join(' ', Windows.AsEnumerable())} delays {string.Join(' ', Delays)} jitter {Jitter} failures {Failures} steps {string.Join(' ', Steps)}";
    }
}
