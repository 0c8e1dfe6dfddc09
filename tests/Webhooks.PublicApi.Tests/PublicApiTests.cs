using System.Reflection;
using Webhooks.TestKit;

namespace Webhooks.PublicApi.Tests;

/// <summary>Every change of what hosts and adapters can call is a visible diff of an approved file.</summary>
public sealed class PublicApiTests
{
    /// <summary>Every package but the store suite, whose surface is its tests.</summary>
    public static TheoryData<string> Assemblies() =>
        new(Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Select(file => Path.GetFileNameWithoutExtension(file)!)
            .Where(name => name is not "Webhooks.Testing.Conformance"));

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void The_public_surface_is_the_approved_one(string assembly) =>
        Snapshot.Match(PublicApi.Print(Assembly.Load(assembly).GetExportedTypes()), name: assembly);

    [Fact]
    public void The_printer_shows_every_kind_of_member() =>
        Snapshot.Match(PublicApi.Print(
            typeof(PublicApiTests).Assembly.GetExportedTypes().Where(type => type.Namespace == typeof(Specimens.Flag).Namespace)));
}
