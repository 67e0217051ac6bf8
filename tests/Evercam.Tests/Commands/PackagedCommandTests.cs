using System.Diagnostics;
using Evercam.Tests.Docs;

namespace Evercam.Tests.Commands;

/// <summary>What the package installs as <c>evercam</c>: who runs the program, where, and with which words.</summary>
public sealed class PackagedCommandTests : IDisposable
{
    private readonly TempFolder folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("help")]
    [InlineData("--version")]
    [InlineData("user --help")]
    [InlineData("--Evercam:Demo false help user")]
    [InlineData("snapshot door")]
    [InlineData("--urls http://a:1 --json export door --folder out")]
    [InlineData("--OTEL_SERVICE_NAME gate export door --folder out")]
    [InlineData("--Evercam:DataDirectory=x import door --folder in")]
    public async Task What_needs_no_data_directory_is_anybodys_where_they_are(string words)
    {
        Assert.Equal((0, $"{folder["here"]}: {words}\n"), await RunAsync("joe", 1_000, words));
        Assert.Equal((0, $"{folder["here"]}: {words}\n"), await RunAsync("root", 0, words));
    }

    [Theory]
    [InlineData("check")]
    [InlineData("--Evercam:DataDirectory snapshot check")]
    [InlineData("user remove help")]
    public async Task What_does_is_the_servers_users(string words)
    {
        Assert.Equal((0, $"{folder["here"]}: {words}\n"), await RunAsync("evercam", 990, words));
        Assert.Equal((0, $"{folder["home"]}: --reuid=evercam --regid=evercam --init-groups --reset-env {folder["program"]} {words}\n"), await RunAsync("root", 0, words));
        Assert.Equal((2, ""), await RunAsync("joe", 1_000, words));
    }

    [Theory]
    [InlineData("backup a", "backup {0}/a")]
    [InlineData("backup --packs a", "backup --packs {0}/a")]
    [InlineData("--Evercam:Demo false restore ../a", "--Evercam:Demo false restore {0}/../a")]
    [InlineData("vendors import oui.csv", "vendors import {0}/oui.csv")]
    [InlineData("migrate-to new.json", "migrate-to {0}/new.json")]
    [InlineData("migrate-to /new.json", "migrate-to /new.json")]
    [InlineData("backup /a", "backup /a")]
    [InlineData("user show a", "user show a")]
    public async Task A_path_is_the_callers(string words, string meant)
    {
        var (exit, said) = await RunAsync("root", 0, words);
        Assert.Equal(0, exit);
        Assert.EndsWith($"{folder["program"]} {string.Format(System.Globalization.CultureInfo.InvariantCulture, meant, folder["here"])}\n", said, StringComparison.Ordinal);
    }

    /// <summary>Runs it with a program that says where it runs and what it is told, as whom it likes.</summary>
    private async Task<(int ExitCode, string Output)> RunAsync(string user, int id, string words)
    {
        Directory.CreateDirectory(folder["here"]);
        Directory.CreateDirectory(folder["home"]);
        await MakeAsync("program", "echo \"$(pwd): $*\"");
        await MakeAsync("setpriv", "echo \"$(pwd): $*\"");
        await MakeAsync("id", $"[ \"$1\" = -u ] && echo {id} || echo {user}");
        var script = await File.ReadAllTextAsync(Repository.PathOf("packaging/debian/evercam"), Cancellation);
        await File.WriteAllTextAsync(
            folder["evercam"],
            script.Replace("/usr/lib/evercam/evercam", folder["program"], StringComparison.Ordinal).Replace("/var/lib/evercam", folder["home"], StringComparison.Ordinal),
            Cancellation);
        var start = new ProcessStartInfo("sh", [folder["evercam"], .. words.Split(' ', StringSplitOptions.RemoveEmptyEntries)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder["here"],
        };
        start.Environment["PATH"] = $"{folder.Path}:{Environment.GetEnvironmentVariable("PATH")}";
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(Cancellation), process.StandardError.ReadToEndAsync(Cancellation));
        await process.WaitForExitAsync(Cancellation);
        await errors;
        return (process.ExitCode, await output);
    }

    private async Task MakeAsync(string name, string line)
    {
        await File.WriteAllTextAsync(folder[name], $"#!/bin/sh\n{line}\n", Cancellation);
        File.SetUnixFileMode(folder[name], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
