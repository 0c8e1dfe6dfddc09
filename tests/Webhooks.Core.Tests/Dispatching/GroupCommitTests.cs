using Webhooks.Core.Tests.Engine;
using Webhooks.Storage;

namespace Webhooks.Core.Tests.Dispatching;

public sealed class GroupCommitTests
{
    private readonly List<int[]> _batches = [];
    private readonly Gate _gate = new();
    private readonly Gate _begun = new();
    private int _writing;
    private int _mostWriting;

    [Fact]
    public async Task While_one_batch_is_written_the_others_form_the_next()
    {
        var commits = new GroupCommit<int>(WriteAsync, _ => 1, maxWeight: 100);
        commits.Add(1);
        await _begun.PassAsync().InTimeAsync();
        for (var item = 2; item <= 50; item++)
        {
            commits.Add(item);
        }

        _gate.Open();
        await commits.WhenIdleAsync().InTimeAsync();

        _batches.Should().HaveCount(2);
        _batches[0].Should().Equal(1);
        _batches[1].Should().Equal(Enumerable.Range(2, 49));
        _mostWriting.Should().Be(1);
    }

    [Fact]
    public async Task A_batch_weighs_no_more_than_it_may_unless_it_is_a_single_item()
    {
        var commits = new GroupCommit<int>(WriteAsync, item => item, maxWeight: 10);
        commits.Add(1);
        await _begun.PassAsync().InTimeAsync();
        foreach (var item in new[] { 4, 6, 1, 25, 9, 1 })
        {
            commits.Add(item);
        }

        _gate.Open();
        await commits.WhenIdleAsync().InTimeAsync();

        _batches.Select(batch => string.Join('+', batch)).Should().Equal("1", "4+6", "1", "25", "9+1");
    }

    [Fact]
    public async Task Under_many_threads_everything_is_written_once_in_the_order_of_each_thread()
    {
        _gate.Open();
        var commits = new GroupCommit<int>(WriteAsync, _ => 1, maxWeight: 7);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 500; i++)
            {
                commits.Add((thread * 1_000) + i);
            }
        }))).InTimeAsync();
        await commits.WhenIdleAsync().InTimeAsync();

        var written = _batches.SelectMany(batch => batch).ToArray();
        written.Should().HaveCount(4_000).And.OnlyHaveUniqueItems();
        foreach (var thread in written.GroupBy(item => item / 1_000))
        {
            thread.Should().BeInAscendingOrder();
        }

        _mostWriting.Should().Be(1);
    }

    [Fact]
    public async Task When_nothing_is_written_it_is_idle()
    {
        var commits = new GroupCommit<int>(WriteAsync, _ => 1, maxWeight: 7);
        commits.WhenIdleAsync().IsCompleted.Should().BeTrue();
        commits.Add(1);
        commits.WhenIdleAsync().IsCompleted.Should().BeFalse();

        _gate.Open();

        await commits.WhenIdleAsync().InTimeAsync();
    }

    private async Task WriteAsync(IReadOnlyList<int> batch)
    {
        _mostWriting = Math.Max(_mostWriting, Interlocked.Increment(ref _writing));
        _begun.Open();
        await _gate.PassAsync();
        _batches.Add([.. batch]);
        Interlocked.Decrement(ref _writing);
    }
}
