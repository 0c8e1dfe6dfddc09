namespace Cyberdesk.Runs;

/// <summary>A secret that a run worked with.</summary>
/// <param name="Alias">The identifier of the secret in the vault.</param>
/// <param name="Value">The secret itself, which leaves the product never.</param>
internal sealed record SensitiveInput(string Alias, string Value)
{
    /// <summary>The alias, and nothing of the value.</summary>
    public override string ToString() => Alias;
}
