// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Base} from "../../../fixtures/Base.sol";
import {IOwnership} from "../../../../contracts/interfaces/IOwnership.sol";

contract ChangeRegistries_Unit_Test is Base {
    function testFuzz_RevertWhen_TheCallerIsNotTheOwner(address caller) external {
        vm.assume(caller != owner.addr);

        vm.expectRevert(abi.encodeWithSelector(IOwnership.CallerIsNotTheOwner.selector, caller, owner.addr));
        vm.prank(caller);
        poco.changeRegistries(caller, caller, caller);
    }

    function testFuzz_WhenTheCallerIsTheOwner(address apps, address datasets, address workerpools) external {
        assertEq(poco.appregistry(), address(appRegistry), "apps before");
        assertEq(poco.datasetregistry(), address(datasetRegistry), "datasets before");
        assertEq(poco.workerpoolregistry(), address(workerpoolRegistry), "workerpools before");

        vm.prank(owner.addr);
        poco.changeRegistries(apps, datasets, workerpools);

        // It should point to the new registries.
        assertEq(poco.appregistry(), apps, "apps");
        assertEq(poco.datasetregistry(), datasets, "datasets");
        assertEq(poco.workerpoolregistry(), workerpools, "workerpools");
    }
}
