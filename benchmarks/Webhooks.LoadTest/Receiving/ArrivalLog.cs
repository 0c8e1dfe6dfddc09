namespace Webhooks.LoadTest.Receiving;

/// <summary>What a receiver has accepted, and how it is handed to the process that asks.</summary>
internal sealed class ArrivalLog
{
    private readonly Lock _lock = new();
    private List<Arrival> _arrivals = [];

    public void Add(Arrival arrival)
    {
        lock (_lock)
        {
            _arrivals.Add(arrival);
        }
    }

    /// <summary>Writes what has arrived to a file and forgets it.</summary>
    public void MoveTo(string path)
    {
        List<Arrival> arrivals;
        lock (_lock)
        {
            (arrivals, _arrivals) = (_arrivals, []);
        }

        using var writer = new BinaryWriter(File.Create(path));
        writer.Write(arrivals.Count);
        foreach (var arrival in arrivals)
        {
            writer.Write(arrival.Target);
            writer.Write(arrival.Id);
            writer.Write(arrival.Timestamp);
        }
    }

    public static IReadOnlyList<Arrival> Read(string path)
    {
        using var reader = new BinaryReader(File.OpenRead(path));
        var arrivals = new Arrival[reader.ReadInt32()];
        for (var i = 0; i < arrivals.Length; i++)
        {
            arrivals[i] = new Arrival(reader.ReadInt32(), reader.ReadString(), reader.ReadInt64());
        }

        return arrivals;
    }
}
