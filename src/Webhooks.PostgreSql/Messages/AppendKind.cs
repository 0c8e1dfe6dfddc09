namespace Webhooks.PostgreSql.Messages;

/// <summary>Where an append runs, and what is known of its messages.</summary>
internal enum AppendKind
{
    /// <summary>As if no message were there already. If one is, the statement fails as a whole and <see cref="Careful"/> follows.</summary>
    Plain,

    /// <summary>Messages that are there already are left out.</summary>
    Careful,

    /// <summary>A test, alone, for the endpoint that it names. Careful.</summary>
    Test,

    /// <summary>In a transaction of the host's, in which nothing may fail and no lock be waited for. Careful.</summary>
    Hosts,
}
