using System.Text.Json;

namespace Webhooks.LoadTest.Instances;

/// <summary>What an instance is told when its process is started.</summary>
/// <param name="ConnectionString">The database.</param>
/// <param name="ArrivedFile">The counter of what has arrived at the receiver.</param>
/// <param name="GrantedFile">The counter of what all instances may have published.</param>
/// <param name="Concurrency">How many attempts are made at a time.</param>
/// <param name="Publishers">How many publish at a time.</param>
internal sealed record InstanceSettings(
    string ConnectionString, string ArrivedFile, string GrantedFile, int Concurrency, int Publishers)
{
    public static InstanceSettings Parse(string text) => JsonSerializer.Deserialize<InstanceSettings>(text)!;

    public override string ToString() => JsonSerializer.Serialize(this);
}
