using Evercam.Tests.Servers;

namespace Evercam.Tests.Docs;

/// <summary>What the documents tell people to type works, word by word.</summary>
public sealed partial class CommandTests(PostgresServer postgres)
{
    private const string Here = "sh";

    /// <summary>Typed on a machine whose server has PostgreSQL.</summary>
    private const string WithPostgres = "sh postgres";

    private const string Tour = "README.md";

    /// <summary>There is a nightly copy, as on every server that has seen a night.</summary>
    private const string Night = """
        [ -d data/backups ] || {
          rm -rf night
          evercam backup night
          mkdir data/backups
          cp night/evercam.db data/backups/evercam-2026-11-26.db
          cp -a night/keys data/backups/
        }
        """;

    /// <summary>There is a copy from before an upgrade.</summary>
    private const string Upgraded = """
        rm -rf older
        evercam backup older
        cp older/evercam.db data/evercam.db.before-20260102030405_Older
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> WithCommands =>
        [.. Repository.Documents.Where(document => document != Tour && CodeBlock.Of(document).Any(block => block.Language == Here))];

    [Theory]
    [MemberData(nameof(WithCommands))]
    public async Task Each_runs_from_the_first_command_to_the_last(string document)
    {
        await using var machine = await Machine.BuildAsync(Cancellation);
        var (exit, output) = await machine.TypeAsync("systemctl start evercam", Cancellation);
        Assert.True(exit == 0, output);
        foreach (var block in CodeBlock.Of(document).Where(block => block.Language == Here))
        {
            (exit, output) = await machine.TypeAsync($"{Night}\n{(IsWayBack(block) ? Upgraded : "")}\n{block.Text}", Cancellation);
            Assert.True(exit == 0, $"{document}, line {block.Line}: exit code {exit}\n{output}");
        }
    }

    [Fact]
    public async Task What_is_about_PostgreSQL_runs_where_that_is_after_a_backup()
    {
        await using var machine = await Machine.BuildAsync(Cancellation, await postgres.CreateEmptyDatabaseAsync("evercam"));
        var (exit, output) = await machine.TypeAsync("systemctl start evercam", Cancellation);
        Assert.True(exit == 0, output);
        var blocks = CodeBlock.Of("docs/operations.md").Where(
            block => block.Language == WithPostgres || (block.Language == Here && block.Text.Contains("evercam backup ", StringComparison.Ordinal)));
        foreach (var block in blocks)
        {
            (exit, output) = await machine.TypeAsync(block.Text, Cancellation);
            Assert.True(exit == 0, $"line {block.Line}: exit code {exit}\n{output}");
        }

        Assert.Contains("The backup is restored", output, StringComparison.Ordinal);
        Assert.Contains(" 0 findings", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_way_back_to_the_version_before_takes_nothing_of_the_newer_one_along_also_after_a_crash()
    {
        await using var machine = await Machine.BuildAsync(Cancellation);
        var (exit, output) = await machine.TypeAsync(
            $"""
            systemctl start evercam
            echo 'the password of ann' | evercam user add ann ann@example.org
            {Upgraded}
            echo 'the password of joe' | evercam user add joe joe@example.org
            kill -9 "$(cat pid)"
            while kill -0 "$(cat pid)" 2>/dev/null; do sleep 0.1; done
            rm pid
            [ -s data/evercam.db-wal ]
            """,
            Cancellation);
        Assert.True(exit == 0, output);
        var commands = Assert.Single(CodeBlock.Of("docs/operations.md"), IsWayBack).Text;
        (exit, output) = await machine.TypeAsync(commands, Cancellation);
        Assert.True(exit == 0, output);
        Assert.Contains(" 0 findings", output, StringComparison.Ordinal);
        (exit, output) = await machine.TypeAsync("evercam user list", Cancellation);
        Assert.True(exit == 0, output);
        Assert.Contains("ann@example.org", output, StringComparison.Ordinal);
        Assert.DoesNotContain("joe@example.org", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tour_ends_with_what_it_promises()
    {
        await using var machine = await Machine.BuildAsync(Cancellation);
        var tour = string.Join('\n', CodeBlock.Of(Tour).Where(block => block.Language == Here).Select(block => block.Text));
        var (exit, output) = await machine.TypeAsync($"systemctl start evercam\n{tour}\ntar tf hour.tar", Cancellation);
        Assert.True(exit == 0, output);
        Assert.Contains("\"status\":\"ok\"", output, StringComparison.Ordinal);
        Assert.Contains("\"created_at\":1400000000", output, StringComparison.Ordinal);
        Assert.Equal([0xFF, 0xD8, 0xFF], machine.Read("live.jpg")[..3]);
        Assert.Equal(machine.Read("live.jpg"), machine.Read("then.jpg"));
        Assert.Equal("ftyp"u8, machine.Read("days.mp4").AsSpan(4, 4));
    }

    /// <summary>Or it would not be run.</summary>
    [Fact]
    public void No_command_stands_in_another_kind_of_block() => Assert.Empty(
        from document in Repository.Documents
        from block in CodeBlock.Of(document)
        where block.Language is not (Here or WithPostgres or WholeMachineTests.Fence)
        from line in block.Text.Split('\n')
        where Command().IsMatch(line)
        select $"{document}, line {block.Line}: {line}");

    private static bool IsWayBack(CodeBlock block) => block.Language == Here && block.Text.Contains(".before-", StringComparison.Ordinal);

    [System.Text.RegularExpressions.GeneratedRegex(@"^\s*(sudo |apt|curl|tar|evercam|systemctl|pg_restore|createdb|rsync|mkdir|mv|cp|dotnet|docker|\./test|packaging/)")]
    private static partial System.Text.RegularExpressions.Regex Command();
}
