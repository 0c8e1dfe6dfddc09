using System.Globalization;
using System.Runtime.InteropServices;

namespace Webhooks.PostgreSql.Partitions;

/// <summary>The times that a partition covers, in Unix milliseconds, the end excluded.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PartitionRange(long Start, long End)
{
    public Guid FirstKey => KeyTime.FirstKey(Start);

    public Guid EndKey => KeyTime.FirstKey(End);

    public DateTimeOffset EndTime => DateTimeOffset.FromUnixTimeMilliseconds(End);

    /// <summary>What the names of its partitions end with: the hour that it starts with.</summary>
    public string Suffix =>
        DateTimeOffset.FromUnixTimeMilliseconds(Start).UtcDateTime.ToString("yyyyMMddHH", CultureInfo.InvariantCulture);

    /// <summary>The range of a length that a time falls into.</summary>
    public static PartitionRange Around(long time, TimeSpan length)
    {
        var step = (long)length.TotalMilliseconds;
        var start = Math.DivRem(time, step).Quotient * step;
        return new PartitionRange(start, start + step);
    }

    public bool Contains(long time) => time >= Start && time < End;

    /// <summary>What is left of it beside ranges that are there already, around a time that is in none of them.</summary>
    public PartitionRange Beside(IReadOnlyList<PartitionRange> others, long time)
    {
        var (start, end) = (Start, End);
        foreach (var other in others)
        {
            if (other.End <= time)
            {
                start = Math.Max(start, other.End);
            }
            else if (other.Start > time)
            {
                end = Math.Min(end, other.Start);
            }
        }

        return new PartitionRange(start, end);
    }
}
