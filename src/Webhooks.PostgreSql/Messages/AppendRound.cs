namespace Webhooks.PostgreSql.Messages;

/// <summary>The messages with new ids, and those that follow one of them with the same id or event id.</summary>
internal sealed record AppendRound(List<NewMessage> Firsts, List<(NewMessage Message, NewMessage First)> Followers)
{
    public static AppendRound Of(List<NewMessage> messages, AppendKind kind)
    {
        // Two with the same key let a plain append fail, and a careful one follows.
        if (kind == AppendKind.Plain && !messages.Exists(static message => message.NameCount > 0))
        {
            return new AppendRound(messages, []);
        }

        var byId = new Dictionary<(string TenantId, string Id), NewMessage>();
        var byEventId = new Dictionary<(string TenantId, string EventId), NewMessage>();
        var round = new AppendRound([], []);
        foreach (var message in messages)
        {
            var (id, eventId) = ((message.Message.TenantId, message.Message.Id), (message.Message.TenantId, message.Message.EventId!));
            if (byId.TryGetValue(id, out var first)
                || (message.Message.EventId is not null && byEventId.TryGetValue(eventId, out first)))
            {
                round.Followers.Add((message, first));
                continue;
            }

            byId.Add(id, message);
            if (message.Message.EventId is not null)
            {
                byEventId.Add(eventId, message);
            }

            round.Firsts.Add(message);
        }

        return round;
    }
}
