namespace Webhooks.Http.Tls;

/// <summary>
/// A handler, and so connections, for each TLS identity that is in use. There are at most <see cref="MaxHandlers"/>; the one that
/// was unused for the longest makes room, and those that nobody used for <see cref="IdleTime"/> go.
/// </summary>
internal sealed class TlsHandlerPool(Func<TlsIdentity, HttpMessageHandler> create, TimeProvider timeProvider) : IDisposable
{
    public const int MaxHandlers = 256;

    public static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<TlsIdentity, Entry> _entries = [];
    private long _sweptAt = timeProvider.GetTimestamp();

    /// <summary>Gets the handler of an identity; it is given back by <see cref="Return"/>.</summary>
    public Entry Rent(TlsIdentity identity)
    {
        lock (_lock)
        {
            if (timeProvider.GetElapsedTime(_sweptAt) >= IdleTime)
            {
                _sweptAt = timeProvider.GetTimestamp();
                Remove(_entries.Values.Where(entry => timeProvider.GetElapsedTime(entry.UsedAt) >= IdleTime));
            }

            if (!_entries.TryGetValue(identity, out var found))
            {
                found = new Entry(identity, create(identity));
                if (_entries.Count >= MaxHandlers)
                {
                    Remove([_entries.Values.MinBy(static entry => entry.UsedAt)!]);
                }

                _entries.Add(identity, found);
            }

            found.UsedAt = timeProvider.GetTimestamp();
            found.Users++;
            return found;
        }
    }

    /// <summary>Gives a handler back when its request has an answer or failed. Bodies are read from connections that outlive it.</summary>
    public void Return(Entry entry)
    {
        lock (_lock)
        {
            entry.Users--;
            entry.DisposeIfUnused();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            Remove(_entries.Values);
        }
    }

    private void Remove(IEnumerable<Entry> entries)
    {
        foreach (var entry in entries.ToArray())
        {
            _entries.Remove(entry.Identity);
            entry.IsRemoved = true;
            entry.DisposeIfUnused();
        }
    }

    /// <summary>A handler and who uses it.</summary>
    internal sealed class Entry(TlsIdentity identity, HttpMessageHandler handler) : HttpMessageInvoker(handler)
    {
        public TlsIdentity Identity => identity;

        public long UsedAt { get; set; }

        public int Users { get; set; }

        public bool IsRemoved { get; set; }

        public void DisposeIfUnused()
        {
            if (IsRemoved && Users == 0)
            {
                Dispose();
            }
        }
    }
}
