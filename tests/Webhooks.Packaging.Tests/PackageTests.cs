using System.IO.Compression;
using System.Xml.Linq;

namespace Webhooks.Packaging.Tests;

/// <summary>What somebody finds who installs one of the packages.</summary>
public sealed class PackageTests(PackagesFixture packages) : IClassFixture<PackagesFixture>
{
    public static TheoryData<string> Packages() => new(PackagesFixture.Projects.Select(Path.GetFileNameWithoutExtension)!);

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_package_holds_its_assembly_its_documentation_and_a_readme(string package)
    {
        using var archive = ZipFile.OpenRead(packages.Find(package, "nupkg"));

        archive.Entries.Select(entry => entry.FullName).Should()
            .Contain($"lib/net10.0/{package}.dll")
            .And.Contain($"lib/net10.0/{package}.xml")
            .And.Contain("README.md");
        archive.GetEntry("README.md")!.Length.Should().BePositive();
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_package_says_what_it_is_and_under_which_license(string package)
    {
        var metadata = Metadata(package);

        Value("id").Should().Be(package);
        Value("description").Should().NotBeNullOrWhiteSpace().And.NotBe("Package Description");
        Value("license").Should().Be("MIT");
        Value("readme").Should().Be("README.md");

        string? Value(string name) => metadata.Element(metadata.Name.Namespace + name)?.Value;
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_package_brings_no_build_tool_along(string package) =>
        Metadata(package).Descendants().Attributes("id").Select(id => id.Value)
            .Should().NotContain(id => id.Contains("Analyzer", StringComparison.OrdinalIgnoreCase));

    [Fact]
    public void The_generator_of_registrations_comes_with_the_core()
    {
        using var archive = ZipFile.OpenRead(packages.Find("Webhooks.Core", "nupkg"));

        archive.Entries.Select(entry => entry.FullName).Where(name => name.EndsWith("Generators.dll", StringComparison.Ordinal))
            .Should().Equal("analyzers/dotnet/cs/Webhooks.Core.Generators.dll");
        Metadata("Webhooks.Core").Descendants().Attributes("id").Select(id => id.Value).Should().NotContain("Webhooks.Core.Generators");
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_package_has_symbols(string package)
    {
        using var archive = ZipFile.OpenRead(packages.Find(package, "snupkg"));

        archive.Entries.Select(entry => entry.FullName).Should().Contain($"lib/net10.0/{package}.pdb");
    }

    private XElement Metadata(string package)
    {
        using var archive = ZipFile.OpenRead(packages.Find(package, "nupkg"));
        using var nuspec = archive.GetEntry($"{package}.nuspec")!.Open();
        var root = XDocument.Load(nuspec).Root!;
        return root.Element(root.Name.Namespace + "metadata")!;
    }
}
