using System.Collections.Concurrent;
using Webhooks.PostgreSql.Tests.Hosts;
using Webhooks.PostgreSql.Tests.Server;

namespace Webhooks.PostgreSql.Tests.Faults;

/// <summary>A server of its own, that is restarted under load.</summary>
public sealed class RestartTests : IAsyncLifetime
{
    private PostgreSqlServer _server = null!;

    public async Task InitializeAsync() => _server = await PostgreSqlServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("fast")]
    [InlineData("immediate")]
    public async Task Events_whose_publish_returned_survive_a_restart_of_the_database_and_the_instances_recover(string mode)
    {
        var schema = TestSchema.On(_server);
        var receiver = new Receiver();
        await using var publisher = await TestHost.StartAsync(schema, receiver);
        await using var other = await TestHost.StartAsync(schema, receiver);
        await publisher.AddEndpointAsync();
        var published = new ConcurrentBag<string>();
        using var enough = new CancellationTokenSource();
        var load = Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(
            () => PublishAsync(i % 2 == 0 ? publisher : other, published, enough.Token))));
        await Patience.UntilAsync(() => Task.FromResult(published.Count > 200));

        for (var i = 0; i < 2; i++)
        {
            await _server.RestartAsync(mode);
            var before = published.Count;
            await Patience.UntilAsync(() => Task.FromResult(published.Count > before + 200));
        }

        await enough.CancelAsync();
        await load.InTimeAsync();

        // Every event is delivered, and its delivery recorded, without anybody's help.
        await Patience.UntilAsync(async () => await schema.ReadAsync<long>(
            "SELECT count(*) FROM {schema}.pending WHERE owner IS NULL") == 0);
        var received = receiver.Requests.Select(request => request.MessageId).ToHashSet(StringComparer.Ordinal);
        await Patience.UntilAsync(() => Task.FromResult(
            published.All(receiver.Requests.Select(request => request.MessageId).ToHashSet(StringComparer.Ordinal).Contains)));
        published.Should().OnlyHaveUniqueItems();
    }

    private static async Task PublishAsync(TestHost host, ConcurrentBag<string> published, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            try
            {
                published.Add((await host.PublishAsync()).MessageId);
            }
            catch (WebhookStoreException)
            {
                // The publisher was told; the event may be there or not.
            }
        }
    }
}
