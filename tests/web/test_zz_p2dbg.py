from web.test_page_jobs import *
def test_x(jobs, client_for, monkeypatch):
    orig=_live.LivePage._look_again
    def look(self, mark, where):
        try: return orig(self, mark, where)
        except BaseException as e:
            import traceback; traceback.print_exc()
            print("EXC", repr(e), getattr(e,'text',None), self.request.session.session_key, self._still_here(), self.rights, self.need)
            raise
    monkeypatch.setattr(_live.LivePage,"_look_again",look)
    c=client_for(Role.OPERATOR)
    print(read(stream(c,"/jobs/sea-job/live/"),most=5)); assert 0
