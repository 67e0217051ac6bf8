/** Keys of a user or of a client application. */
export interface Keys {
  api_id: string;
  api_key: string;
}

/** What the API says of a camera; those who may not view it get less. */
export interface CameraData {
  id: string;
  name: string;
  owner?: string;
  vendor: string | null;
  model: string | null;
  created_at: number;
  updated_at: number;
  last_polled_at: number | null;
  last_online_at: number | null;
  timezone: string;
  is_online: boolean | null;
  is_public: boolean;
  discoverable: boolean;
  location: { lng: number; lat: number } | null;
  external_host?: string | null;
  internal_host?: string | null;
  external_http_port?: number | null;
  internal_http_port?: number | null;
  external_rtsp_port?: number | null;
  internal_rtsp_port?: number | null;
  jpg_url?: string | null;
  cam_username?: string | null;
  cam_password?: string | null;
  mac_address?: string | null;
}

export interface UserData {
  id: string;
  username: string;
  forename: string;
  lastname: string;
  email: string;
  country: string;
  created_at: number;
  updated_at: number;
  confirmed_at: number | null;
}

export interface VendorData {
  id: string;
  name: string;
  known_macs: string[];
  is_supported: boolean;
  models: string[];
}

export interface ModelData {
  vendor: string;
  name: string;
  known_models: string[];
  defaults: Record<string, unknown>;
}

/** The parts of jQuery's promise that all its versions have; it is rejected with the jqXHR. */
export interface Answer<T> extends PromiseLike<T> {
  done(callback: (value: T) => void): this;
  fail(callback: (request: { status: number; responseJSON?: { message: string | string[] } }) => void): this;
  always(callback: () => void): this;
}

export interface Camera {
  readonly name: string;
  /** Change its members, then call `update`. */
  data: CameraData | null;
  /** Sends the named members of `data` back, or all of them. */
  update(fields?: (keyof CameraData)[]): Answer<{ cameras: CameraData[] }>;
}

export interface User {
  readonly login: string;
  /** Change its members, then call `update`. */
  data: UserData | null;
  /** Sends the named members of `data` back, or all of them. */
  update(fields?: (keyof UserData)[]): Answer<{ users: UserData[] }>;
}

export interface SnapshotOptions {
  /** The camera's id. */
  name: string;
  /** Milliseconds from picture to picture; 0 for one picture. Default: `Evercam.refresh`. */
  refresh?: number | string;
}

export interface EvercamApi {
  readonly version: string;
  /** Where the API is; the server that served the script, else evercam.io. */
  apiUrl: string;
  /** Milliseconds from picture to picture where nothing else is said; 0 for one picture. */
  refresh: number;
  /** Whether cookies of the server's own site travel too. */
  withCredentials: boolean;
  setApiUrl(url: string): void;
  /** Keys for every call and picture from now on; none to be nobody again. */
  setAuth(keys?: Keys | null): void;
  /** Makes a jQuery that is not `window.jQuery` the one to use. */
  plugInto(jQuery: unknown): void;

  Camera: {
    new (name: string): Camera;
    url(ext?: string): string;
    snapshotUrl(id: string): string;
    by_id(id: string): Answer<Camera>;
    create(params: object): Answer<{ cameras: CameraData[] }>;
    remove(id: string): Answer<{}>;
  };
  User: {
    new (login: string): User;
    url(ext?: string): string;
    by_login(login: string): Answer<User>;
    create(params: object): Answer<UserData>;
    cameras(login: string): Answer<CameraData[]>;
  };
  Vendor: {
    url(ext?: string): string;
    all(): Answer<VendorData[]>;
    by_mac(mac: string): Answer<VendorData[]>;
  };
  Model: {
    url(ext?: string): string;
    all(): Answer<VendorData[]>;
    by_vendor(vendor: string): Answer<VendorData>;
    by_model(vendor: string, model: string): Answer<ModelData>;
  };
}

declare global {
  const Evercam: EvercamApi;

  interface Window {
    Evercam: EvercamApi;
  }

  interface JQuery<TElement = HTMLElement> {
    evercam(method: 'snapshot', options: SnapshotOptions): this;
    camera(options: SnapshotOptions): this;
  }
}
