using Webhooks.TestKit;

namespace Webhooks.Core.Tests.Snapshots;

public sealed class SnapshotTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("snapshot-");

    private string Approved => Path.Combine(_folder.FullName, "x.approved.txt");

    private string Received => Path.Combine(_folder.FullName, "x.received.txt");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_approved_text_beside_the_test_is_accepted() =>
        Snapshot.Match("Sent msg_01kdyk9gye0sp2xwtvqd3fjm7a at 2026-01-02T03:04:05Z.\r\nThe second line.");

    [Fact]
    public void Another_text_is_refused_with_a_diff_and_left_for_a_look()
    {
        File.WriteAllText(Approved, "one\ntwo\nthree\nfour\nfive\nsix\nseven\n");

        var compare = () => Snapshot.Compare("one\ntwo\nthree\nfour\n5\nsix\nseven", Approved, Received, accept: false);

        compare.Should().Throw<SnapshotMismatchException>()
            .WithMessage("*  …\n  three\n  four\n- five\n+ 5\n  six\n  seven\n*");
        File.ReadAllText(Received).Should().Be("one\ntwo\nthree\nfour\n5\nsix\nseven\n");
        File.ReadAllText(Approved).Should().Contain("five");
    }

    [Fact]
    public void A_text_that_was_never_approved_is_refused()
    {
        var compare = () => Snapshot.Compare("one", Approved, Received, accept: false);

        compare.Should().Throw<SnapshotMismatchException>().WithMessage("*+ one*");
        File.Exists(Approved).Should().BeFalse();
    }

    [Fact]
    public void Accepting_approves_the_text_and_clears_the_received_one()
    {
        File.WriteAllText(Received, "old");

        Snapshot.Compare("one", Approved, Received, accept: true);

        File.ReadAllText(Approved).Should().Be("one\n");
        File.Exists(Received).Should().BeFalse();
        Snapshot.Compare("one\r\n", Approved, Received, accept: false);
    }

    [Fact]
    public void Ids_and_times_are_numbered_by_their_first_appearance()
    {
        const string First = "msg_01kdyk9gye0sp2xwtvqd3fjm7a 2026-01-02T03:04:05Z ep_01kdyk9gye0sp2xwtvqd3fjm7b";
        const string Second = "msg_01kdyk9gye0sp2xwtvqd3fjm7c 2026-01-02T03:04:05.1234567+01:00";

        Snapshot.Scrub($"{First} {Second} {First}").Should().Be("msg_1 time_1 ep_1 msg_2 time_2 msg_1 time_1 ep_1");
    }

    [Theory]
    [InlineData("msg_short")]
    [InlineData("step_01kdyk9gye0sp2xwtvqd3fjm7a")]
    [InlineData("2026-01-02")]
    public void Other_text_is_left_alone(string text) => Snapshot.Scrub(text).Should().Be(text);

    [Fact]
    public void A_source_path_of_a_deterministic_build_is_found_in_the_repository() =>
        File.Exists(Repository.SourcePath("/_/Directory.Build.props")).Should().BeTrue();
}
