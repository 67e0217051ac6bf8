using System.CommandLine;
using Evercam.Server.Commands.Remote;
using Evercam.Storage;

namespace Evercam.Server.Commands;

/// <summary>What can be typed after <c>evercam</c>.</summary>
/// <param name="settings">The server's settings, which stood among the words.</param>
internal sealed class CommandTree(string[] settings)
{
    public const string ServeName = "serve";

    private const string About =
        """
        A camera server with an archive.

        Settings may stand anywhere, or in environment variables (Evercam__DataDirectory) or appsettings.json:
          --urls                            where to listen            http://localhost:8080
          --Evercam:DataDirectory           database, packs, keys      ./data
          --Evercam:Database                sqlite or postgres         sqlite
          --ConnectionStrings:Evercam       how to reach PostgreSQL
          --Evercam:Packs                   disk or s3                 disk
          --Evercam:S3:Bucket, --Evercam:S3:…: where the bucket is
          --Evercam:Demo                    the demonstration          true on loopback, while nobody has an account
          --Evercam:Archive:MinimumFreeBytes, --Evercam:Cameras:…, --Evercam:Recorder:…, --Evercam:Http:…: see docs/settings.md

        Exit codes: 0 done, 1 done with complaints, 2 could not begin, 78 the settings of the server are wrong.
        """;

    public RootCommand Grow()
    {
        var root = new RootCommand(About);
        root.SetAction((_, _) => ServeAsync());
        root.Options.Add(CommandOutput.Choice());
        foreach (var command in new[] { Serve(), Check(), Reindex(), Backup(), Restore(), MigrateTo(), Client(), User(), Vendors() })
        {
            root.Subcommands.Add(command);
        }

        root.Subcommands.Add(SnapshotCommand.Make());
        root.Subcommands.Add(ExportCommand.Make());
        root.Subcommands.Add(ImportCommand.Make());
        root.Subcommands.Add(new Command("help", "tells of a command")
        {
            new Argument<string[]>("COMMAND") { Arity = ArgumentArity.ZeroOrMore, Description = "which one" },
        });
        return root;
    }

    private Command Serve()
    {
        var serve = new Command(ServeName, "runs the server; so does no command at all");
        serve.SetAction((_, _) => ServeAsync());
        return serve;
    }

    private Command Check()
    {
        var check = new Command("check", "proves the archive: every row has its bytes, every picture its row; the server may run");
        check.SetAction((parsed, _) => WithDatabaseAsync(async (app, stop) =>
        {
            await app.Services.OpenEvercamStorageAsync(stop);
            return await CheckCommand.RunAsync(app.Services, CommandOutput.Of(parsed), stop);
        }));
        return check;
    }

    private Command Reindex()
    {
        var owner = new Option<string?>("--owner")
        {
            HelpName = "NAME",
            Description = "who gets cameras without an owner, also those without a card, by a made-up id",
        };
        var take = new Option<bool>(StoragePlace.TakeBucket) { Description = "makes a database of a bucket that had another one" };
        var reindex = new Command("reindex", "rebuilds the index from the packs; the server must not run") { owner, take };
        reindex.SetAction((parsed, _) => WithAsync((app, stop) =>
        {
            StoragePlace.ExpectAnything(app.Services, parsed.GetValue(take));
            return ServerStart.AloneAsync(
                app, parsed.GetValue(take), () => ReindexCommand.RunAsync(app.Services, parsed.GetValue(owner), CommandOutput.Of(parsed), stop), stop);
        }));
        return reindex;
    }

    private WordsCommand Backup()
    {
        var packs = new Option<bool>("--packs") { Description = "copies the pictures, too" };
        var backup = new WordsCommand(
            "backup",
            "",
            BackupCommand.Usage,
            (words, parsed) => WithDatabaseAsync((app, stop) =>
                BackupCommand.RunAsync(app.Services, words[0], parsed.GetValue(packs), CommandOutput.Of(parsed), stop)));
        backup.Options.Add(packs);
        return backup.With("FOLDER", "copies the database and the keys into a new folder, and lists the packs; the server may run");
    }

    private WordsCommand Restore() => new WordsCommand(
            "restore",
            "",
            RestoreCommand.Usage,
            (words, parsed) => WithAsync((app, stop) => RestoreCommand.RunAsync(app.Services, words[0], CommandOutput.Of(parsed), stop)))
        .With("SOURCE", "puts a folder that backup made, or a nightly copy, into a data directory (and a database of PostgreSQL) that has nothing yet");

    private WordsCommand MigrateTo() => new WordsCommand(
            "migrate-to",
            "",
            MigrateCommand.Usage,
            (words, parsed) => WithDatabaseAsync((app, stop) =>
                MigrateCommand.RunAsync(app.Services, ServerStart.Quiet(settings), words[0], CommandOutput.Of(parsed), stop)))
        .With("FILE", "moves the server to PostgreSQL and to a bucket, as far as the settings in a file say so; the server must not run");

    private WordsCommand Client() => new WordsCommand(
            "client",
            "registers applications; the server may run",
            ClientCommand.Usage,
            (words, parsed) => WithDatabaseAsync((app, stop) => ClientCommand.RunAsync(app.Services, words, CommandOutput.Of(parsed), stop)))
        .With("add NAME CALLBACK-URI...", "registers an application, and prints its id and secret")
        .With("list", "prints the registered applications")
        .With("remove ID", "ends an application, with its keys and all that users allowed it");

    private WordsCommand User() => new WordsCommand(
            "user",
            "looks after accounts whose users cannot; the server may run. NAME is the user name or the email",
            UserCommand.Usage,
            (words, parsed) => WithDatabaseAsync((app, stop) => UserCommand.RunAsync(app.Services, words, CommandOutput.Of(parsed), stop)))
        .With("list", "prints the users")
        .With("show NAME", "prints what is known of a user")
        .With("add NAME EMAIL", "makes an account; the password is asked for, or read from the standard input")
        .With("confirm NAME", "says that the email is the user's")
        .With("password NAME", "gives the user another password: it is asked for, or read from the standard input")
        .With("second-factor off NAME", "takes the second factor away from one who has lost telephone and recovery codes")
        .With("remove NAME", "ends an account with its cameras and their pictures");

    private WordsCommand Vendors() => new WordsCommand(
            "vendors",
            "makers of cameras; the server may run",
            VendorsCommand.Usage,
            (words, parsed) => WithAsync((app, stop) => VendorsCommand.RunAsync(app.Services, words, CommandOutput.Of(parsed), stop)))
        .With("import FILE", "adds the vendors of the IEEE's registry of MAC prefixes: oui.txt or oui.csv");

    private Task<int> ServeAsync() => ServerStart.ServeAsync(settings);

    /// <summary>What looks into a database makes none: an empty new one would look like one where all is well.</summary>
    private Task<int> WithDatabaseAsync(Func<WebApplication, CancellationToken, Task<int>> run) => WithAsync((app, stop) =>
    {
        StoragePlace.ExpectDatabase(app.Services);
        return run(app, stop);
    });

    private Task<int> WithAsync(Func<WebApplication, CancellationToken, Task<int>> run) => ServerStart.RunAsync(settings, run);
}
