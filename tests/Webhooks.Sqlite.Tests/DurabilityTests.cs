using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Storage;

namespace Webhooks.Sqlite.Tests;

public sealed class DurabilityTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task What_was_stored_is_there_after_a_restart()
    {
        var endpoint = A.Endpoint(settings: new EndpointSettings
        {
            Url = "https://example.com/hooks",
            EventTypes = ["order.*", "task.done"],
            Channels = ["eu", "us"],
            Name = "Tallinn",
            Description = "Täht ☃",
            Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["X-Key"] = "1" },
            RetrySchedule = new RetrySchedule(TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(2)),
            MaxConcurrency = 3,
        });
        var message = A.Message("msg_1") with { Channels = ["eu"], EventId = "paid-1" };
        LeasedDelivery lease;
        using (var store = A.Store(_directory.File()))
        {
            await store.InsertEndpointAsync(endpoint, default);
            lease = (await store.AppendAsync([message], new LeaseGrant(A.Owner, A.Now, 1), default))[0].Leased[0];
            await store.CompleteAsync(A.Owner, [A.Success(lease)], default);
        }

        using var reopened = A.Store(_directory.File());

        (await reopened.GetEndpointAsync(endpoint.Key, default)).Should().BeEquivalentTo(endpoint);
        (await reopened.GetMessageAsync(message.TenantId, message.Id, default)).Should().BeEquivalentTo(
            message, options => options.Excluding(read => read.Payload));
        (await reopened.GetMessageAsync(message.TenantId, message.Id, default))!
            .Payload!.Value.ToArray().Should().Equal(message.Payload!.Value.ToArray());
        var delivery = (await reopened.GetDeliveryAsync(message.TenantId, lease.Id, default))!;
        delivery.Status.Should().Be(DeliveryStatus.Succeeded);
        delivery.LastDuration.Should().Be(TimeSpan.FromMilliseconds(12));
        (await reopened.ListAttemptsAsync(new AttemptQuery { DeliveryId = lease.Id }, default)).Items.Should().ContainSingle();
    }

    [Fact]
    public async Task A_closed_store_leaves_one_file_and_refuses_calls()
    {
        var store = A.Store(_directory.File());
        await store.InsertEndpointAsync(A.Endpoint(), default);

        store.Dispose();
        store.Dispose();

        _directory.ReadAll().Keys.Should().Equal("webhooks.db");
        await store.Invoking(it => it.AppendAsync([A.Message("msg_1")], null, default))
            .Should().ThrowAsync<ObjectDisposedException>();
        await store.Invoking(it => it.GetMessageAsync("default", "msg_1", default))
            .Should().ThrowAsync<ObjectDisposedException>();
    }

    [Fact]
    public async Task Disposing_finishes_the_writes_that_are_queued()
    {
        var store = A.Store(_directory.File());
        await store.InitializeAsync(default);

        var appends = Enumerable.Range(0, 100).Select(i => store.AppendAsync([A.Message($"msg_{i}")], null, default)).ToList();
        store.Dispose();

        await Task.WhenAll(appends);
        using var reopened = A.Store(_directory.File());
        (await reopened.ListMessagesAsync(new MessageQuery { Limit = 250 }, default)).Items.Should().HaveCount(100);
    }

    [Fact]
    public async Task The_tables_live_in_a_database_of_the_host_beside_its_own()
    {
        HostConnection.Execute(
            _directory.File(), "CREATE TABLE orders (id INTEGER); INSERT INTO orders VALUES (7); PRAGMA application_id = 42;");

        using var store = A.Store(_directory.File());
        await store.AppendAsync([A.Message("msg_1")], null, default);

        (await store.Database.ReadAsync(session => session.ReadInt64("SELECT id FROM orders"), default)).Should().Be(7);
    }
}
