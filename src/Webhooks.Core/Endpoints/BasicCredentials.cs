namespace Webhooks.Endpoints;

/// <summary>User name and password (RFC 7617), sent as UTF-8.</summary>
/// <param name="UserName">The user name, 1 to 1,024 bytes without a colon.</param>
/// <param name="Password">The password, at most 1,024 bytes.</param>
public sealed record BasicCredentials(string UserName, string Password)
{
    /// <summary>Nothing of it.</summary>
    public override string ToString() => $"{nameof(BasicCredentials)} {{ *** }}";
}
