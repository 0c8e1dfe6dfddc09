using System.Collections.Concurrent;
using Webhooks.Crash.Host;
using Webhooks.TestKit;

namespace Webhooks.Crash.Tests.Chaos;

/// <summary>Instances on one database. One that ends is replaced.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    private const int Size = 3;
    private const int MaxOutstanding = 100;
    private const int NoDatabase = 4;

    private static readonly TimeSpan RestartPause = TimeSpan.FromMilliseconds(500);

    private readonly string _connectionString;
    private readonly string _folder;
    private readonly Ledger _ledger;
    private readonly Lock _lock = new();
    private readonly Member?[] _members = new Member?[Size];
    private readonly ConcurrentQueue<Order> _orders;
    private readonly List<Task> _keepers;
    private bool _isOver;
    private int _count;

    public Fleet(string connectionString, string folder, Ledger ledger)
    {
        _connectionString = connectionString;
        _folder = folder;
        _ledger = ledger;
        _orders = new ConcurrentQueue<Order>(ledger.Orders);
        _keepers = [.. Enumerable.Range(0, Size).Select(KeepAsync)];
    }

    /// <summary>Instances that ended though nobody killed them.</summary>
    public ConcurrentQueue<string> Mishaps { get; } = new();

    /// <summary>How often an instance found no database to start with.</summary>
    public int StartsWithoutDatabase { get; private set; }

    public bool IsDone
    {
        get
        {
            lock (_lock)
            {
                return _orders.IsEmpty && _members.All(member => member is null or { Outstanding.Count: 0 });
            }
        }
    }

    /// <summary>Hands orders out, each to the instance that has the fewest.</summary>
    /// <returns>How many; less than wanted where all have plenty.</returns>
    public int HandOut(int wanted)
    {
        lock (_lock)
        {
            for (var i = 0; i < wanted; i++)
            {
                var member = _members.Where(member => member is { IsReady: true, Outstanding.Count: < MaxOutstanding })
                    .MinBy(member => member!.Outstanding.Count);
                if (member is null || !_orders.TryDequeue(out var order))
                {
                    return i;
                }

                member.Outstanding.Add(order.Number, order);
                member.Tell(order.ToLine());
            }

            return wanted;
        }
    }

    /// <summary>Kills one of the instances that take orders.</summary>
    /// <returns>False when there is none.</returns>
    public bool TryKill(Random random)
    {
        lock (_lock)
        {
            if (Choose(random) is not { } member)
            {
                return false;
            }

            member.IsReady = false;
            _ledger.NoteKill(member.Name);
            member.Process.Kill();
            return true;
        }
    }

    /// <summary>Keeps one of the instances from running for a time, as a machine that is suspended does.</summary>
    public async Task FreezeAsync(Random random, TimeSpan time, CancellationToken cancellationToken)
    {
        Member member;
        lock (_lock)
        {
            member = Choose(random) ?? throw new InvalidOperationException("No instance runs.");
            member.IsReady = false;
        }

        await member.Process.FreezeAsync(cancellationToken);
        await Task.Delay(time, TimeProvider.System, cancellationToken);
        _ledger.NoteThaw(member.Name);
        await member.Process.ThawAsync(cancellationToken);
        member.IsReady = true;
    }

    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _isOver = true;
            foreach (var member in _members)
            {
                member?.Process.Kill();
            }
        }

        await Task.WhenAll(_keepers);
    }

    private Member? Choose(Random random)
    {
        var running = _members.Where(member => member is { IsReady: true }).ToList();
        return running.Count == 0 ? null : running[random.Next(running.Count)];
    }

    private async Task KeepAsync(int place)
    {
        while (Start(place) is { } member)
        {
            await member.Process.WaitForExitAsync(CancellationToken.None);
            await EndAsync(member);
            member.Process.Dispose();
        }
    }

    private Member? Start(int place)
    {
        lock (_lock)
        {
            if (_isOver)
            {
                return null;
            }

            var name = $"instance-{++_count}";
            var member = new Member(name);
            member.Process = ChildProcess.Start(
                "Webhooks.Crash.Host.dll", _folder, line => Hear(member, line), "instance", _connectionString, name);
            _members[place] = member;
            return member;
        }
    }

    private void Hear(Member member, string line)
    {
        lock (_lock)
        {
            if (line is "ready")
            {
                member.IsReady = true;
            }
            else if (_ledger.Hear(member.Name, line) is { } number)
            {
                member.Outstanding.Remove(number);
            }
        }
    }

    private async Task EndAsync(Member member)
    {
        if (_isOver || _ledger.IsKilled(member.Name))
        {
            // As ordered.
        }
        else if (member.Process.ExitCode == NoDatabase)
        {
            StartsWithoutDatabase++;
            await Task.Delay(RestartPause, TimeProvider.System);
        }
        else
        {
            Mishaps.Enqueue($"{member.Name}: {await member.Process.DescribeAsync()}");
        }

        lock (_lock)
        {
            member.IsReady = false;
            foreach (var order in member.Outstanding.Values.Where(order => _ledger.FateOf(order) == Fate.Waiting))
            {
                _orders.Enqueue(order);
            }

            member.Outstanding.Clear();
        }
    }

    private sealed class Member(string name)
    {
        public string Name => name;

        public ChildProcess Process { get; set; } = null!;

        /// <summary>Whether it takes orders.</summary>
        public bool IsReady { get; set; }

        public Dictionary<int, Order> Outstanding { get; } = [];

        public void Tell(string line)
        {
            try
            {
                Process.Tell(line);
            }
            catch (IOException)
            {
                // It has just ended; whoever replaces it gets the order.
            }
        }
    }
}
