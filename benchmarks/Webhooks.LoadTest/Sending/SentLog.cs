namespace Webhooks.LoadTest.Sending;

/// <summary>What was sent. Each loop that sends has a list of its own, so that they do not wait for each other.</summary>
internal sealed class SentLog
{
    private readonly Lock _lock = new();
    private readonly List<List<SentMessage>> _lists = [];

    public List<SentMessage> NewList()
    {
        List<SentMessage> list = [];
        lock (_lock)
        {
            _lists.Add(list);
        }

        return list;
    }

    /// <summary>Everything that was sent, and forgets it. Only while nothing is sent.</summary>
    public IReadOnlyList<SentMessage> Take()
    {
        lock (_lock)
        {
            List<SentMessage> all = [.. _lists.SelectMany(static list => list)];
            _lists.Clear();
            return all;
        }
    }
}
