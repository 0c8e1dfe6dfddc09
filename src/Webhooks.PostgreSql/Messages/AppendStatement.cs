using Npgsql;
using NpgsqlTypes;
using Webhooks.Catalog;
using Webhooks.PostgreSql.Connections;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Messages;

/// <summary>The one statement of an append, <see cref="AppendSql"/>, with its parameters.</summary>
internal sealed class AppendStatement(PostgreSqlDatabase database)
{
    private readonly string _nameless = database.Sql(AppendSql.Nameless);
    private readonly string _named = database.Sql(AppendSql.Named);
    private readonly string _careful = database.Sql(AppendSql.Careful);
    private readonly string _test = database.Sql(AppendSql.Test);
    private readonly string _hosts = database.Sql(AppendSql.Hosts);

    /// <summary>Makes the statement. Its row is read by <see cref="AppendAnswer.Read"/>.</summary>
    /// <param name="messages">What to store; no two with the same id or event id.</param>
    /// <param name="leases">Whom to lease new deliveries to, or null.</param>
    /// <param name="leaseLimit">How many.</param>
    /// <param name="kind">Where it runs, and what is known of the messages.</param>
    /// <param name="answers">What is known of filters.</param>
    public NpgsqlBatchCommand Create(
        List<NewMessage> messages, LeaseGrant? leases, int leaseLimit, AppendKind kind, FilterAnswers answers)
    {
        var types = NumberTypes(messages);

        var sql = kind switch
        {
            AppendKind.Hosts => _hosts,
            AppendKind.Test => _test,
            AppendKind.Careful => _careful,
            _ => messages.Exists(static message => message.NameCount > 0) ? _named : _nameless,
        };
        List<(string TenantId, string EventType)> keys = [.. types.Keys];
        keys.ForEach(answers.Ask);
        return SqlExtensions.Statement(sql)
            .WithTexts(keys, static type => type.TenantId)
            .WithTexts(keys, static type => type.EventType)
            .WithTexts(keys, static type => string.Join(' ', EventTypePattern.AllThatMatch(type.EventType)))
            .WithTextsOrNone(keys, answers.Asked)
            .WithText(kind == AppendKind.Test ? messages[0].Message.TestedEndpointId : null)
            .WithText(database.Channel)
            .WithText(leases?.Owner)
            .WithTime(leases?.Until)
            .WithInt(leases is null ? 0 : leaseLimit)
            .WithArray(NpgsqlDbType.Integer, messages, message => types[(message.Message.TenantId, message.Message.EventType)])
            .WithKeys(messages, static message => message.Key)
            .WithArray(NpgsqlDbType.Bigint, messages, static message => message.Tail)
            .WithArray(NpgsqlDbType.TimestampTz, messages, static message => message.Message.CreatedAt.UtcDateTime)
            .WithTextsOrNone(messages, static message => message.OwnId)
            .WithTextsOrNone(messages, static message => message.Message.EventId)
            .WithTextsOrNone(messages, static message => message.Message.Channels is [] ? null : string.Join(' ', message.Message.Channels))
            .WithTimesOrNone(messages, static message => message.Message.DeliverAt)
            .WithTimesOrNone(messages, static message => message.Message.ExpiresAt)
            .WithFlagsOrNone(messages, static message => message.Message.IsAtMostOnce ? true : null)
            .WithTextsOrNone(messages, message => answers.Met(message.Message))
            .WithArray(NpgsqlDbType.Bytea, messages, static message => message.Message.Payload!.Value)
            .WithArray(NpgsqlDbType.TimestampTz, messages, static message => message.Message.Timestamp.UtcDateTime)
            .WithTextsOrNone(messages, static message => message.Message.TraceParent)
            .WithTimesOrNone(messages, static message => message.Message.PayloadKeptUntil);
    }

    /// <summary>Takes what an answer tells of event types whose subscribers have filters that were not asked.</summary>
    /// <returns>Whether there are any: then nothing was stored, and the append is to be made again.</returns>
    public static bool Learn(List<NewMessage> messages, AppendAnswer answer, FilterAnswers answers)
    {
        if (answer.LackingTypes is not { } lacking)
        {
            return false;
        }

        foreach (var (type, number) in NumberTypes(messages))
        {
            var filters = answer.LackingFilters!.Where((_, i) => lacking[i] == number).ToList();
            if (filters.Count > 0)
            {
                answers.Learn(type, filters);
            }
        }

        return true;
    }

    private static Dictionary<(string TenantId, string EventType), int> NumberTypes(List<NewMessage> messages)
    {
        var types = new Dictionary<(string TenantId, string EventType), int>();
        foreach (var message in messages)
        {
            types.TryAdd((message.Message.TenantId, message.Message.EventType), types.Count + 1);
        }

        return types;
    }
}
