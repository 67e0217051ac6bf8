using Evercam.Recorder;
using Evercam.Server.Activities;
using Evercam.Server.Backups;
using Evercam.Server.Cameras;
using Evercam.Server.Catalogue;
using Evercam.Server.Clients;
using Evercam.Server.Coverage;
using Evercam.Server.Demo;
using Evercam.Server.Events;
using Evercam.Server.EvercamJs;
using Evercam.Server.Health;
using Evercam.Server.Http;
using Evercam.Server.Live;
using Evercam.Server.LogIn;
using Evercam.Server.Mail;
using Evercam.Server.Models;
using Evercam.Server.Notices;
using Evercam.Server.OAuth;
using Evercam.Server.OpenApi;
using Evercam.Server.Pages;
using Evercam.Server.Pictures;
using Evercam.Server.Recordings;
using Evercam.Server.SecondFactors;
using Evercam.Server.Series;
using Evercam.Server.Setup;
using Evercam.Server.Shares;
using Evercam.Server.Snapshots;
using Evercam.Server.Test;
using Evercam.Server.Users;
using Evercam.Server.Vendors;
using Evercam.Server.Watching;
using Evercam.Server.Webhooks;
using Evercam.Storage;

namespace Evercam.Server;

/// <summary>The whole server, put together.</summary>
internal static class EvercamHost
{
    /// <summary>Settings are read at the start. To notice a change of its file, a process would watch each folder below the program's.</summary>
    private const string ReadOnce = "--hostBuilder:reloadConfigOnChange=false";

    /// <param name="args">The command line.</param>
    /// <param name="adjust">What a test changes before the parts are built.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? adjust = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = [ReadOnce, .. args],
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.AddDefaultSettings();
        builder.AddDefaultAddress();
        builder.Services.AddSystemd();
        builder.AddHttp();
        builder.Services.AddEvercamStorage();
        builder.AddArchive();
        builder.AddBackups();
        builder.AddCameraClient();
        builder.AddRecorder();
        builder.AddActivities();
        builder.AddMail();
        builder.AddNotices();
        builder.AddEvents();
        builder.AddWebhooks();
        builder.AddUsers();
        builder.AddCameras();
        builder.AddShares();
        builder.AddPictures();
        builder.AddLive();
        builder.AddSnapshots();
        builder.AddSeries();
        builder.AddRecordings();
        builder.AddCatalogue();
        builder.AddClients();
        builder.AddPages();
        builder.AddEvercamJs();
        builder.AddLogIn();
        builder.AddSecondFactors();
        builder.AddOAuth();
        builder.AddOpenApi();
        builder.AddHealth();
        builder.AddWatching();
        builder.AddDemo();
        adjust?.Invoke(builder);

        var app = builder.Build();
        app.UseHttp();

        app.MapHealth();
        app.MapWatching();
        var api = app.MapApi();
        api.MapTest();
        api.MapUsers();
        api.MapCameras();
        api.MapCameraLists();
        api.MapShares();
        api.MapInvitations();
        api.MapLive();
        api.MapRecordings();
        api.MapCoverage();
        api.MapSnapshots();
        api.MapSeries();
        api.MapTimelapses();
        api.MapClients();
        api.MapLogs();
        api.MapEvents();
        api.MapMailChoices();
        api.MapWebhooks();
        api.MapModels();
        api.MapVendors();

        app.MapOwnUser();
        var pages = app.MapPages();
        pages.MapStart();
        pages.MapLogIn();
        pages.MapLogInCode();
        pages.MapSecondFactor();
        pages.MapSignUp();
        pages.MapFirstAccount();
        pages.MapConfirm();
        pages.MapReset();
        pages.MapTakeBack();
        pages.MapNewCamera();
        pages.MapCameraPages();
        pages.MapCameraSettings();
        pages.MapCameraEnd();
        pages.MapSharing();
        pages.MapRecordingPages();
        pages.MapPictures();
        pages.MapPlayer();
        pages.MapTimelapsePages();
        pages.MapProfile();
        pages.MapPassword();
        pages.MapKeys();
        pages.MapDeletion();
        pages.MapClientPages();
        pages.MapNoticePages();
        pages.MapWebhookPages();
        pages.MapOAuth();
        pages.MapEvercamJs();
        pages.MapOpenApi();
        return app;
    }
}
