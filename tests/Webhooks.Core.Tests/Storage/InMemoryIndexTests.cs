using Webhooks.Publishing;
using Webhooks.Storage.InMemory;

namespace Webhooks.Core.Tests.Storage;

public sealed class InMemoryIndexTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Whatever_was_scheduled_anew_or_removed_what_is_due_first_comes_first()
    {
        var random = new Random(20260101);
        var due = new DueIndex();
        var rows = Enumerable.Range(0, 500).Select(CreateRow).ToList();
        var expected = new Dictionary<DeliveryRow, DateTimeOffset>();
        for (var step = 0; step < 5_000; step++)
        {
            var row = rows[random.Next(rows.Count)];
            if (random.Next(3) == 0)
            {
                due.Remove(row);
                expected.Remove(row);
            }
            else
            {
                due.Schedule(row, Start.AddSeconds(random.Next(100)), leaseOwner: null);
                expected[row] = row.DueAt!.Value;
            }

            var first = expected.OrderBy(static pair => pair.Value).ThenBy(static pair => pair.Key.Sequence).FirstOrDefault();
            due.FirstDue(DateTimeOffset.MaxValue).Should().BeSameAs(first.Key);
        }

        foreach (var (row, _) in expected.OrderBy(static pair => pair.Value).ThenBy(static pair => pair.Key.Sequence))
        {
            due.FirstDue(DateTimeOffset.MaxValue).Should().BeSameAs(row);
            due.Remove(row);
        }

        due.Next.Should().BeNull();
    }

    [Fact]
    public void A_table_finds_what_was_added_and_not_removed()
    {
        var table = new RowTable<DeliveryRow>();
        var rows = Enumerable.Range(0, 1_000).Select(CreateRow).ToList();
        rows.ForEach(table.Add);
        var (removed, kept) = (rows.Where(static row => row.Sequence % 3 == 0).ToList(), rows.Where(static row => row.Sequence % 3 != 0).ToList());
        removed.ForEach(table.Remove);

        table.Count.Should().Be(kept.Count);
        kept.Should().OnlyContain(row => table.Find(row.Id) == row);
        removed.Should().OnlyContain(row => table.Find(row.Id) == null);
        table.All.ToHashSet().SetEquals(kept).Should().BeTrue();
    }

    [Fact]
    public void A_log_that_has_lost_most_of_its_rows_goes_on_in_order()
    {
        var log = new SequenceLog<string>();
        for (var sequence = 1; sequence <= 1_000; sequence++)
        {
            log.Add(sequence, $"{sequence}");
        }

        for (var sequence = 1; sequence <= 1_000; sequence++)
        {
            if (sequence % 10 != 0)
            {
                log.Remove(sequence);
            }
        }

        log.Add(1_005, "1005");

        string[] expected = [.. Enumerable.Range(1, 100).Select(static number => $"{number * 10}"), "1005"];
        log.OldestFirst().Should().Equal(expected);
        log.OldestFirst(after: 505).Should().Equal(expected[50..]);
        log.NewestFirst(before: 505).Should().Equal(expected[..50].Reverse());
    }

    private static DeliveryRow CreateRow(int sequence)
    {
        var message = new WebhookMessage
        {
            Id = $"msg_{sequence}",
            TenantId = "t",
            EventType = "a.b",
            Payload = default(ReadOnlyMemory<byte>),
            Timestamp = Start,
            CreatedAt = Start,
        };
        return new DeliveryRow(sequence, $"dlv_{sequence}", new MessageRow(sequence, message, new TenantRow()), new EndpointRow(0, null!));
    }
}
