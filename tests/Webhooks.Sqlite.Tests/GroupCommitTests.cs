using Webhooks.Storage;

namespace Webhooks.Sqlite.Tests;

public sealed class GroupCommitTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly SqliteWebhookStore _store;

    public GroupCommitTests() => _store = A.Store(_directory.File());

    public void Dispose()
    {
        _store.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Writes_that_meet_share_one_commit()
    {
        using var writer = await HoldUpAsync();
        var before = _store.Database.CommitCount;
        var appends = Enumerable.Range(0, 200).Select(i => _store.AppendAsync([A.Message($"msg_{i}")], null, default)).ToList();
        var claim = _store.ClaimAsync(A.Claim(), default);

        writer.LetGo();
        await Task.WhenAll(appends);
        await claim;

        // One for the operation that kept the writer busy, one for all that came meanwhile.
        (_store.Database.CommitCount - before).Should().Be(2);
    }

    [Fact]
    public async Task A_write_that_fails_is_undone_alone()
    {
        await _store.InsertEndpointAsync(A.Endpoint(), default);
        using var writer = await HoldUpAsync();
        var first = _store.AppendAsync([A.Message("msg_1")], null, default);
        var failing = _store.AppendAsync([A.Message("msg_2"), null!], null, default);
        var last = _store.AppendAsync([A.Message("msg_3")], null, default);

        writer.LetGo();

        await failing.Invoking(it => it).Should().ThrowAsync<NullReferenceException>();
        (await first)[0].DeliveryCount.Should().Be(1);
        (await last)[0].DeliveryCount.Should().Be(1);
        var messages = await _store.ListMessagesAsync(new MessageQuery(), default);
        messages.Items.Select(message => message.Id).Should().Equal("msg_3", "msg_1");
    }

    [Fact]
    public async Task A_write_can_be_withdrawn_while_it_waits()
    {
        using var writer = await HoldUpAsync();
        using var cancellation = new CancellationTokenSource();
        var withdrawn = _store.AppendAsync([A.Message("msg_1")], null, cancellation.Token);
        await cancellation.CancelAsync();

        await withdrawn.Invoking(it => it).Should().ThrowAsync<OperationCanceledException>();
        writer.LetGo();

        (await _store.AppendAsync([A.Message("msg_1")], null, default))[0].IsDuplicate.Should().BeFalse();
    }

    [Fact]
    public async Task Reading_does_not_wait_for_the_writer()
    {
        await _store.InsertEndpointAsync(A.Endpoint(), default);
        using var writer = await HoldUpAsync();

        (await _store.GetEndpointAsync(A.Endpoint().Key, default)).Should().NotBeNull();
    }

    /// <summary>Keeps the writer in a transaction until it is let go.</summary>
    private async Task<BusyWriter> HoldUpAsync()
    {
        var writer = new BusyWriter();
        writer.Done = _store.Database.WriteAsync(_ => writer.Wait(), default);
        await writer.Started;
        return writer;
    }

    private sealed class BusyWriter : IDisposable
    {
        private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _go = new();

        public Task Started => _started.Task;

        public Task<int> Done { get; set; } = Task.FromResult(0);

        public int Wait()
        {
            _started.SetResult();
            _go.Wait();
            return 0;
        }

        public void LetGo() => _go.Set();

        public void Dispose()
        {
            _go.Set();
            Done.GetAwaiter().GetResult();
            _go.Dispose();
        }
    }
}
