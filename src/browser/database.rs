//! The device's database: records of text under a key, written so that they survive the power
//! being cut.
//!
//! Used only for what the person has chosen to send or an office has fetched. A record counts as
//! written when the transaction has completed with strict durability; a browser that does not
//! know the word does what it does. A device that refuses (private mode, full, forbidden) gives
//! [`Refused`], never a panic.

/// The device does not store, or not any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused;

#[cfg(target_arch = "wasm32")]
pub use browser::{Database, exists};

#[cfg(target_arch = "wasm32")]
mod browser {
    use super::Refused;
    use js_sys::{Array, Function, Object, Promise, Reflect};
    use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{
        IdbDatabase, IdbFactory, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransaction,
        IdbTransactionMode,
    };

    /// The one table of a database.
    const TABLE: &str = "records";

    /// An open database.
    #[derive(Clone, Debug)]
    pub struct Database(IdbDatabase);

    impl From<JsValue> for Refused {
        fn from(_: JsValue) -> Self {
            Self
        }
    }

    impl Database {
        /// Opens a database, made when it is not there.
        pub async fn open(name: &str) -> Result<Self, Refused> {
            let request = factory()?.open_with_u32(name, 1)?;
            let opening = request.clone();
            let make = Closure::once_into_js(move || {
                if let Ok(made) = opening.result().and_then(|it| it.dyn_into::<IdbDatabase>()) {
                    let _ = made.create_object_store(TABLE);
                }
            });
            request.set_onupgradeneeded(make.dyn_ref());
            let database: IdbDatabase = done(&request).await?.dyn_into()?;
            // Another tab forgets everything: this one lets go, else it would have to wait.
            let own = database.clone();
            let let_go = Closure::<dyn Fn()>::new(move || own.close()).into_js_value();
            database.set_onversionchange(let_go.dyn_ref());
            Ok(Self(database))
        }

        /// Every key and its record, in the order of the keys.
        pub async fn all(&self) -> Result<Vec<(String, String)>, Refused> {
            let transaction = self.transaction(IdbTransactionMode::Readonly)?;
            let table = transaction.object_store(TABLE)?;
            let keys = table.get_all_keys()?;
            let records: Array = done(&table.get_all()?).await?.dyn_into()?;
            let keys: Array = keys.result()?.dyn_into()?;
            let texts = |list: Array| {
                list.into_iter()
                    .map(|it| it.as_string().unwrap_or_default())
            };
            Ok(texts(keys).zip(texts(records)).collect())
        }

        /// Every key, in order.
        pub async fn keys(&self) -> Result<Vec<String>, Refused> {
            let transaction = self.transaction(IdbTransactionMode::Readonly)?;
            let request = transaction.object_store(TABLE)?.get_all_keys()?;
            let keys: Array = done(&request).await?.dyn_into()?;
            Ok(keys.into_iter().filter_map(|it| it.as_string()).collect())
        }

        /// The records under these keys, in the same order; `None`: there is none.
        pub async fn get_all(&self, keys: &[String]) -> Result<Vec<Option<String>>, Refused> {
            let transaction = self.transaction(IdbTransactionMode::Readonly)?;
            let table = transaction.object_store(TABLE)?;
            let requests = keys.iter().map(|key| table.get(&key.into()));
            let requests = requests.collect::<Result<Vec<_>, _>>()?;
            // They are answered in order: with the last, all are.
            if let Some(last) = requests.last() {
                done(last).await?;
            }
            let records = requests.iter().map(|it| Ok(it.result()?.as_string()));
            records.collect()
        }

        /// The record under a key, if there is one.
        pub async fn get(&self, key: &str) -> Result<Option<String>, Refused> {
            let records = self.get_all(&[key.to_owned()]).await?;
            Ok(records.into_iter().next().flatten())
        }

        /// Writes a record over what stands under its key; returns when it is on the disk.
        pub async fn put(&self, key: &str, record: &str) -> Result<(), Refused> {
            let (key, record) = (JsValue::from_str(key), JsValue::from_str(record));
            self.write(|table| table.put_with_key(&record, &key).map(drop))
                .await
        }

        /// Writes several records, all or none.
        pub async fn put_all(&self, records: &[(String, String)]) -> Result<(), Refused> {
            self.write(|table| {
                records.iter().try_for_each(|(key, record)| {
                    table
                        .put_with_key(&JsValue::from_str(record), &JsValue::from_str(key))
                        .map(drop)
                })
            })
            .await
        }

        /// Takes a record away; none under the key is as well.
        pub async fn delete(&self, key: &str) -> Result<(), Refused> {
            let key = JsValue::from_str(key);
            self.write(|table| table.delete(&key).map(drop)).await
        }

        async fn write(
            &self,
            work: impl FnOnce(&IdbObjectStore) -> Result<(), JsValue>,
        ) -> Result<(), Refused> {
            let transaction = self.transaction(IdbTransactionMode::Readwrite)?;
            work(&transaction.object_store(TABLE)?)?;
            let ended = Promise::new(&mut |resolve, reject| {
                transaction.set_oncomplete(Some(&resolve));
                transaction.set_onabort(Some(&reject));
                transaction.set_onerror(Some(&reject));
            });
            JsFuture::from(ended).await?;
            Ok(())
        }

        /// A transaction that is complete when it is on the disk. The bindings do not know
        /// `durability` yet, so the method is called by its name.
        fn transaction(&self, mode: IdbTransactionMode) -> Result<IdbTransaction, Refused> {
            let options = Object::new();
            Reflect::set(&options, &"durability".into(), &"strict".into())?;
            let method: Function = Reflect::get(&self.0, &"transaction".into())?.dyn_into()?;
            let mode = match mode {
                IdbTransactionMode::Readwrite => "readwrite",
                _ => "readonly",
            };
            Ok(method
                .call3(&self.0, &TABLE.into(), &mode.into(), &options)?
                .dyn_into()?)
        }
    }

    /// Whether there is a database of that name; looking makes none. A browser that cannot tell
    /// says no.
    pub async fn exists(name: &str) -> bool {
        let list = async {
            let factory = factory()?;
            let method: Function = Reflect::get(&factory, &"databases".into())?.dyn_into()?;
            let asked: Promise = method.call0(&factory)?.dyn_into()?;
            let list: Array = JsFuture::from(asked).await?.dyn_into()?;
            Ok::<_, Refused>(list)
        };
        let is_this = |it: JsValue| {
            let own = Reflect::get(&it, &"name".into());
            own.is_ok_and(|own| own.as_string().as_deref() == Some(name))
        };
        list.await.is_ok_and(|list| list.into_iter().any(is_this))
    }

    /// Deletes a database with everything in it.
    pub async fn destroy(name: &str) -> Result<(), Refused> {
        let request: IdbOpenDbRequest = factory()?.delete_database(name)?;
        done(&request).await?;
        Ok(())
    }

    fn factory() -> Result<IdbFactory, Refused> {
        web_sys::window()
            .and_then(|window| window.indexed_db().ok()?)
            .ok_or(Refused)
    }

    async fn done(request: &IdbRequest) -> Result<JsValue, Refused> {
        let ended = Promise::new(&mut |resolve, reject| {
            request.set_onsuccess(Some(&resolve));
            request.set_onerror(Some(&reject));
        });
        JsFuture::from(ended).await?;
        Ok(request.result()?)
    }
}

#[cfg(target_arch = "wasm32")]
pub use browser::destroy;
