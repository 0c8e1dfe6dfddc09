using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.Core.Tests.Dispatching;

/// <summary>Whatever the order of events, the scheduler loses nothing and starves nobody.</summary>
public sealed class LaneSchedulerTests
{
    private const int Lanes = 4;

    [Fact]
    public void In_every_order_of_events_room_and_slots_add_up_and_no_lane_starves()
    {
        var operations = Gen.ArrayOf(Gen.Choose(0, 999));
        var limits = Gen.Choose(1, 12);
        Prop.ForAll(
            Arb.From(operations.Resize(200)),
            Arb.From(limits.Three()),
            (steps, three) =>
            {
                var (capacity, slots, perLane) = three;
                new Model(capacity, slots, perLane).Run(steps);
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Fact]
    public void A_lane_may_hold_as_much_as_is_still_free()
    {
        var scheduler = new LaneScheduler(new DispatcherOptions { Capacity = 100, CapacityPerEndpoint = 100, MaxConcurrencyPerEndpoint = 4 }, () => { }, () => { }, TimeProvider.System);
        scheduler.Reserve(100, share: 1).Should().Be(100);
        scheduler.Free(60);

        var results = Enumerable.Range(0, 100).Select(number => scheduler.Enqueue(Delivery(0, number), isHeld: false)).ToArray();

        results.Count(result => result == EnqueueResult.Accepted).Should().Be(61);
        scheduler.Enqueue(Delivery(1, 0), isHeld: false).Should().Be(EnqueueResult.Accepted, "another lane is not full");
        scheduler.Enqueue(Delivery(0, 100), isHeld: true).Should().Be(EnqueueResult.Accepted, "the place was set aside");
    }

    [Fact]
    public void Who_asked_for_room_in_vain_is_woken_when_a_quarter_is_free()
    {
        var woken = 0;
        var scheduler = new LaneScheduler(new DispatcherOptions { Capacity = 8 }, () => woken++, () => { }, TimeProvider.System);
        scheduler.Reserve(8, share: 1);
        scheduler.Free(1);
        woken.Should().Be(0, "nobody asked");
        scheduler.Reserve(1, share: 2).Should().Be(1);
        scheduler.Reserve(1, share: 2).Should().Be(0);

        scheduler.Free(1);
        woken.Should().Be(0);
        scheduler.Free(1);
        woken.Should().Be(1);
        scheduler.Free(1);
        woken.Should().Be(1, "once is enough");
    }

    internal static LeasedDelivery Delivery(int lane, int number) => new()
    {
        Id = string.Create(CultureInfo.InvariantCulture, $"{number}"),
        EndpointId = string.Create(CultureInfo.InvariantCulture, $"{lane}"),
        EndpointVersion = 1,
        AttemptNumber = 1,
        LeaseUntil = TestHost.Noon,
        Message = new WebhookMessage
        {
            Id = "m",
            TenantId = "t",
            EventType = "e",
            Payload = Encoding.UTF8.GetBytes("1"),
            Timestamp = TestHost.Noon,
            CreatedAt = TestHost.Noon,
        },
    };

    /// <summary>The scheduler beside what must be true of it, counted in the simplest way.</summary>
    private sealed class Model
    {
        private readonly DispatcherOptions _options;
        private readonly LaneScheduler _scheduler;
        private readonly LinkedList<string>[] _waiting = [.. Enumerable.Range(0, Lanes).Select(_ => new LinkedList<string>())];
        private readonly int[] _underWay = new int[Lanes];
        private readonly List<Lane> _started = [];
        private int _reserved;
        private int _recording;
        private int _next;

        public Model(int capacity, int slots, int perLane)
        {
            _options = new DispatcherOptions
            {
                Capacity = capacity, MaxConcurrency = slots, CapacityPerEndpoint = perLane, MaxConcurrencyPerEndpoint = perLane,
            };
            _scheduler = new LaneScheduler(_options, () => { }, () => { }, TimeProvider.System);
        }

        private int Held => _reserved + _recording + _started.Count + _waiting.Sum(lane => lane.Count);

        public void Run(IReadOnlyList<int> steps)
        {
            foreach (var step in steps)
            {
                Step(step % 6, step / 6);
                Held.Should().BeInRange(0, _options.Capacity);
                _started.Count.Should().BeLessThanOrEqualTo(_options.MaxConcurrency);
            }

            // At the end everything drains, and all room is there again.
            while (_waiting.Any(lane => lane.Count > 0) || _started.Count > 0)
            {
                while (Start(ownLimit: 3))
                {
                }

                _started.Should().NotBeEmpty("with free slots, whoever waits is started");
                Finish(0);
            }

            _scheduler.Free(_recording + _reserved);
            _scheduler.Reserve(int.MaxValue, share: 1).Should().Be(_options.Capacity);
        }

        private void Step(int operation, int choice)
        {
            switch (operation)
            {
                case 0:
                    var share = 1 + (choice % 2);
                    var free = _options.Capacity - Held;
                    var room = _scheduler.Reserve(1 + (choice % 5), share);
                    room.Should().Be(Math.Min(1 + (choice % 5), (free + share - 1) / share));
                    _reserved += room;
                    break;
                case 1 when _reserved > 0:
                    Enqueue(choice % Lanes);
                    break;
                case 2:
                    Start(ownLimit: 1 + (choice % 5));
                    break;
                case 3 when _started.Count > 0:
                    Finish(choice % _started.Count);
                    break;
                case 4 when _recording > 0:
                    _recording--;
                    _scheduler.Free(1);
                    break;
                case 5 when _reserved > 0:
                    _reserved--;
                    _scheduler.Free(1);
                    break;
            }
        }

        private void Enqueue(int lane)
        {
            var delivery = Delivery(lane, ++_next);
            _reserved--;
            if (_scheduler.Enqueue(delivery, isHeld: false) == EnqueueResult.Accepted)
            {
                _waiting[lane].AddLast(delivery.Id);
                _waiting[lane].Count.Should().BeLessThanOrEqualTo(_options.CapacityPerEndpoint);
            }
            else
            {
                _recording++;
            }
        }

        /// <summary>Starts an attempt that learns then that its endpoint has this limit.</summary>
        private bool Start(int ownLimit)
        {
            var freeSlots = _options.MaxConcurrency - _started.Count;
            if (!_scheduler.TryStart(out var lane, out var delivery))
            {
                (freeSlots > 0 && Enumerable.Range(0, Lanes).Any(index => _waiting[index].Count > 0 && _underWay[index] == 0))
                    .Should().BeFalse("a lane with nothing under way starts while a slot is free");
                return false;
            }

            freeSlots.Should().BePositive();
            var number = int.Parse(delivery.EndpointId);
            delivery.Id.Should().Be(_waiting[number].First!.Value, "a lane is first in, first out");
            if (_scheduler.Admit(lane, delivery, new LaneLimits(ownLimit), out _) == AdmitResult.Admitted)
            {
                _waiting[number].RemoveFirst();
                _started.Add(lane);
                _underWay[number]++;
                _underWay[number].Should().BeLessThanOrEqualTo(ownLimit);
            }
            else
            {
                (_underWay[number] + 1).Should().BeGreaterThan(ownLimit);
                _scheduler.Finish(lane, default, new CircuitBreakerOptions());
            }

            return true;
        }

        private void Finish(int index)
        {
            var lane = _started[index];
            _started.RemoveAt(index);
            _underWay[int.Parse(lane.Endpoint.EndpointId)]--;
            _recording++;
            _scheduler.Finish(lane, default, new CircuitBreakerOptions());
        }
    }
}
