using System.Data.Common;
using System.Runtime.InteropServices;
using Evercam.Server.Demo;
using Evercam.Server.Setup;
using Evercam.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Commands;

/// <summary>What can be typed after <c>evercam</c>.</summary>
internal static class CommandLine
{
    /// <summary>The exit code of what cannot even begin.</summary>
    public const int Unusable = 2;

    private const string Help =
        """
        evercam [serve]             runs the server
        evercam check               proves the archive: every row has its bytes, every picture its row
        evercam reindex [--owner N] rebuilds the index from the packs; cameras without an owner go to user N
        evercam client add NAME CALLBACK-URI...
                                    registers an application, and prints its id and secret
        evercam client list         prints the registered applications
        evercam client remove ID    ends one, with its keys and all that users allowed it
        evercam user list           prints the users
        evercam user show NAME      prints one of them; NAME is the user name or the email
        evercam user confirm NAME   says that the email is the user's
        evercam user password NAME  gives the user another password: it is asked for, or read from the standard input
        evercam user second-factor off NAME
                                    for one who has lost telephone and recovery codes
        evercam user remove NAME    ends an account with its cameras and their pictures
        evercam vendors import FILE adds the vendors of the IEEE's registry of MAC prefixes: oui.txt or oui.csv
        evercam backup FOLDER [--packs]
                                    copies the database and the keys into a new folder, and lists the packs or copies them, too; the
                                    server may run
        evercam restore SOURCE      puts such a folder, or a nightly copy, into a data directory that has nothing yet
        evercam help                prints this

        Settings follow the command, or stand in environment variables (Evercam__DataDirectory) or appsettings.json:
          --urls                            where to listen            http://localhost:8080
          --Evercam:DataDirectory           database, packs, keys      ./data
          --Evercam:Database                sqlite or postgres         sqlite
          --ConnectionStrings:Evercam       how to reach PostgreSQL
          --Evercam:Demo                    the demonstration          true on loopback, while nobody has an account
          --Evercam:Archive:MinimumFreeBytes, --Evercam:Cameras:…, --Evercam:Recorder:…, --Evercam:Http:…: see the README
        """;

    /// <summary>Runs what the arguments ask for.</summary>
    /// <returns>The exit code: 0 if all went well, 2 if the settings, the storage or a file cannot be used.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var words = args.TakeWhile(arg => !arg.StartsWith('-')).ToArray();
        var (command, arguments, settings) = (words.FirstOrDefault("serve"), words.Skip(1).ToArray(), args[words.Length..]);
        if (command is "backup" && settings.Contains(BackupCommand.WithPacks))
        {
            // The configuration would take the word after it for its value.
            (arguments, settings) = ([.. arguments, BackupCommand.WithPacks], [.. settings.Where(word => word != BackupCommand.WithPacks)]);
        }

        if (command is "help" || args.Contains("--help"))
        {
            await Console.Out.WriteLineAsync(Help);
            return 0;
        }

        if (Complaint(command, arguments) is { } complaint)
        {
            await Console.Error.WriteLineAsync(complaint);
            return Unusable;
        }

        try
        {
            await using var app = await BuildAsync(settings);
            return await RunAsync(command, arguments, app);
        }
        catch (Exception wrong) when (Complaint(wrong) is { } sentence)
        {
            await Console.Error.WriteLineAsync(sentence);
            return Unusable;
        }
    }

    /// <summary>Puts the server together and reads all settings, before anything is made or changed.</summary>
    /// <exception cref="SettingsException">One or more are wrong.</exception>
    internal static async Task<WebApplication> BuildAsync(string[] settings)
    {
        WebApplication? app = null;
        try
        {
            app = EvercamHost.Build(settings);
            app.Services.GetRequiredService<IStartupValidator>().Validate();
            return app;
        }
        catch (Exception wrong) when (IsAboutSettings(wrong))
        {
            await (app?.DisposeAsync() ?? ValueTask.CompletedTask);
            var all = wrong is AggregateException several ? several.InnerExceptions : (IEnumerable<Exception>)[wrong];
            throw new SettingsException(string.Join('\n', all.Select(one => one.Message)), wrong);
        }
    }

    /// <summary>The configuration says it in its own way of a value that has the wrong type, and of an address that is none.</summary>
    private static bool IsAboutSettings(Exception wrong) => wrong switch
    {
        AggregateException several => several.InnerExceptions.All(IsAboutSettings),
        InvalidOperationException { InnerException: FormatException or ArgumentException } => wrong.Source == "Microsoft.Extensions.Configuration.Binder",
        _ => wrong is OptionsValidationException or FormatException,
    };

    /// <summary>What is wrong with a command; <see langword="null"/> if nothing is.</summary>
    private static string? Complaint(string command, string[] arguments) => command switch
    {
        "client" => ClientCommand.Understands(arguments) ? null : ClientCommand.Usage,
        "user" => UserCommand.Understands(arguments) ? null : UserCommand.Usage,
        "backup" => BackupCommand.Understands(arguments) ? null : BackupCommand.Usage,
        "restore" => RestoreCommand.Understands(arguments) ? null : RestoreCommand.Usage,
        "vendors" => VendorsCommand.Understands(arguments) ? null : VendorsCommand.Usage,
        "serve" or "check" or "reindex" => arguments is [] ? null : $"'evercam {command}' does not know what '{arguments[0]}' means.",
        _ => $"There is no command '{command}'. Try: evercam help",
    };

    private static async Task<int> RunAsync(string command, string[] arguments, WebApplication app)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, stop));
        switch (command)
        {
            case "client":
                return await ClientCommand.RunAsync(app.Services, arguments, stop.Token);
            case "user":
                return await UserCommand.RunAsync(app.Services, arguments, stop.Token);
            case "vendors":
                return await VendorsCommand.RunAsync(app.Services, arguments, stop.Token);
            case "backup":
                return await BackupCommand.RunAsync(app.Services, arguments, stop.Token);
            case "restore":
                return await RestoreCommand.RunAsync(app.Services, arguments, stop.Token);
            case "check":
                await app.Services.OpenEvercamStorageAsync(stop.Token);
                return await CheckCommand.RunAsync(app.Services, stop.Token);
            default:
                break;
        }

        using var alone = DataDirectoryLock.Take(app.Services);
        await using var claim = await app.Services.ClaimEvercamStorageAsync(stop.Token);
        await app.Services.PrepareEvercamStorageAsync(stop.Token);
        if (command is "reindex")
        {
            return await ReindexCommand.RunAsync(app.Services, app.Configuration["owner"], stop.Token);
        }

        interrupt.Dispose();
        await app.ListenAsync();
        await app.StartDemoAsync(Console.Out, stop.Token);
        await app.WaitForShutdownAsync();
        return 0;
    }

    /// <summary>What to tell of something that is the administrator's to put right; <see langword="null"/> of anything else, which is a
    /// bug.</summary>
    private static string? Complaint(Exception wrong) => wrong switch
    {
        SettingsException or StorageUnusableException or DataDirectoryInUseException or CannotListenException or IOException => wrong.Message,
        UnauthorizedAccessException => wrong.Message,
        OperationCanceledException => "It was broken off.",
        DbException or DbUpdateException => StorageUnusableException.OfDatabase(wrong).Message,
        _ => null,
    };

    private static void Stop(PosixSignalContext context, CancellationTokenSource stop)
    {
        context.Cancel = true;
        stop.Cancel();
    }
}

/// <summary>A setting is wrong; the message says which and how.</summary>
internal sealed class SettingsException(string message, Exception reason) : Exception(message, reason);
