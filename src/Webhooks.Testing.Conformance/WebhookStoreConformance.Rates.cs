using Webhooks.Storage;
using Xunit;

namespace Webhooks.Testing.Conformance;

public abstract partial class WebhookStoreConformance
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task A_reservation_begins_where_the_one_before_ends_and_never_before_now()
    {
        var endpoint = await AddEndpointAsync();

        Assert.Equal(A.At(0.5), await ReserveAsync(endpoint, at: 0.5, seconds: 2));
        Assert.Equal(A.At(2.5), await ReserveAsync(endpoint, at: 0.5, seconds: 0.2));
        Assert.Equal(A.At(2.7), await ReserveAsync(endpoint, at: 1, seconds: 1.001));
        Assert.Equal(A.At(3.701), await ReserveAsync(endpoint, at: 3.701, seconds: 1));
        Assert.Equal(A.At(10), await ReserveAsync(endpoint, at: 10, seconds: 1));
    }

    [Fact]
    public async Task Endpoints_and_tenants_have_limits_of_their_own()
    {
        var first = await AddAsync(A.Endpoint("ep_1"));
        var second = await AddAsync(A.Endpoint("ep_2"));
        var foreign = await AddAsync(A.Endpoint("ep_1", A.OtherTenant));
        RateReservation[] all =
        [
            Reservation(second, seconds: 1),
            new(A.Tenant, EndpointId: null, Pace, TimeSpan.FromSeconds(2)),
            Reservation(foreign, seconds: 3),
            Reservation(first, seconds: 4),
            new(A.OtherTenant, EndpointId: null, Pace, TimeSpan.FromSeconds(5)),
        ];

        Assert.All(await Store.ReserveAsync(A.Start, all, default), start => Assert.Equal(A.Start, start));

        Assert.Equal(
            [A.At(1), A.At(2), A.At(3), A.At(4), A.At(5)], await Store.ReserveAsync(A.Start, all, default));
    }

    [Fact]
    public async Task With_another_pace_a_limit_begins_anew()
    {
        var endpoint = await AddEndpointAsync();
        await ReserveAsync(endpoint, at: 0, seconds: 3600);

        var faster = Reservation(endpoint, seconds: 1) with { Interval = TimeSpan.FromMilliseconds(1) };
        Assert.Equal([A.At(1)], await Store.ReserveAsync(A.At(1), [faster], default));
        Assert.Equal([A.At(2)], await Store.ReserveAsync(A.At(1), [faster], default));
    }

    [Fact]
    public async Task Concurrent_reservations_never_overlap()
    {
        var endpoint = await AddEndpointAsync();
        RateReservation[] both = [Reservation(endpoint, seconds: 1), new(A.Tenant, EndpointId: null, Pace, TimeSpan.FromSeconds(1))];

        var starts = await Task.WhenAll(Enumerable.Range(0, 8).Select(instance => Task.Run(async () =>
        {
            var mine = new List<IReadOnlyList<DateTimeOffset>>();
            for (var i = 0; i < 25; i++)
            {
                var starts = await Store.ReserveAsync(A.Start, instance % 2 == 0 ? both : [.. both.Reverse()], default);
                mine.Add(instance % 2 == 0 ? starts : [.. starts.Reverse()]);
            }

            return mine;
        })));

        var expected = Enumerable.Range(0, 200).Select(second => A.At(second));
        Assert.Equal(expected, starts.SelectMany(mine => mine.Select(pair => pair[0])).Order());
        Assert.Equal(expected, starts.SelectMany(mine => mine.Select(pair => pair[1])).Order());
    }

    private static RateReservation Reservation(EndpointKey endpoint, double seconds) =>
        new(endpoint.TenantId, endpoint.EndpointId, Pace, A.At(seconds) - A.Start);

    private async Task<DateTimeOffset> ReserveAsync(EndpointKey endpoint, double at, double seconds) =>
        Assert.Single(await Store.ReserveAsync(A.At(at), [Reservation(endpoint, seconds)], default));
}
