# Options that make no sense are errors, never ignored.
$ plan
$ plan -f x.yaml --knob zegoal.ids=string
$ sandbox --knob zegoal.ids
$ sandbox --knob zegoal.nope=1
$ sandbox --knob zegoal.ids=nope
$ sandbox --fault zegoal:SetLC=explode
